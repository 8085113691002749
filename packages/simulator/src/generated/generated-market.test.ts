import { describe, expect, test } from "vitest";
import { isEligible } from "../market/contract.ts";
import type { Market } from "../market/market.ts";
import type { SymbolMarket } from "../market/symbol-market.ts";
import { DAY_MS, HOUR_MS } from "../market/time.ts";
import { createGeneratedMarket } from "./generated-market.ts";

const START_MS = Date.UTC(2026, 5, 9, 12);
const market = createGeneratedMarket(42, 520, START_MS);

function eligibleOf({ symbols }: Market): SymbolMarket[] {
  return symbols.filter(({ contract }) => isEligible(contract));
}

/** Change in 24 h (a fraction) and turnover (USD) of each eligible symbol. */
function dayOf(symbols: readonly SymbolMarket[], nowMs: number) {
  return symbols.flatMap(({ contract, history }) => {
    const figures = history.dayFigures(nowMs);
    if (figures === undefined) {
      return [];
    }
    const turnoverUsd = (figures.day.turnoverTimes3 / 3) * contract.tick.size * contract.quantityStep.size;
    return [{ symbol: contract.symbol, change: figures.last.close / figures.previousPrice - 1, turnoverUsd }];
  });
}

describe("a generated market", () => {
  test("has the requested number of eligible perpetuals, and other rows beside them", () => {
    expect(eligibleOf(market)).toHaveLength(520);
    expect(new Set(market.symbols.map(({ contract }) => contract.symbol)).size).toBe(market.symbols.length);
    const names = market.symbols.map(({ contract }) => contract.symbol);
    expect(names).toEqual(names.toSorted());
    expect(names).toEqual(
      expect.arrayContaining(["BTCUSDT", "ETHUSDT", "1000PEPEUSDT", "BTCPERP", "NVDAUSDT", "XAUUSDT"]),
    );
    const count = (is: (symbol: SymbolMarket) => boolean) => market.symbols.filter(is).length;
    expect(count(({ contract }) => contract.contractType === "LinearFutures")).toBe(6);
    expect(count(({ contract }) => contract.quoteCoin === "USDC")).toBe(4);
    expect(count(({ contract }) => contract.symbolType === "stock")).toBe(6);
    expect(count(({ contract }) => contract.preListing !== null)).toBe(2);
    expect(count(({ contract }) => contract.symbolType === "innovation")).toBeGreaterThan(100);
  });

  test("goes on weeks later with the listings of its first start", () => {
    const laterMs = START_MS + 45 * DAY_MS;
    const again = createGeneratedMarket(42, 520, laterMs, START_MS);
    expect(again.symbols.map(({ contract }) => contract)).toEqual(market.symbols.map(({ contract }) => contract));
    expect(dayOf(again.symbols, laterMs)).toEqual(dayOf(market.symbols, laterMs));
    const names = ({ symbols }: Market) => symbols.map(({ contract }) => [contract.symbol, contract.launchTimeMs]);
    expect(names(createGeneratedMarket(42, 520, laterMs))).not.toEqual(names(market));
  });

  test.each([2, 3, 10, 600])("can have %s of them", (symbolCount) => {
    expect(eligibleOf(createGeneratedMarket(1, symbolCount, START_MS))).toHaveLength(symbolCount);
  });

  test("has funding intervals of 8, 4 and 1 hours", () => {
    expect(new Set(eligibleOf(market).map(({ contract }) => contract.fundingIntervalHours))).toEqual(
      new Set([8, 4, 1]),
    );
  });

  test("has new listings with histories too short for many a figure", () => {
    const young = eligibleOf(market).filter(({ contract }) => contract.launchTimeMs > START_MS - 50 * DAY_MS);
    expect(young).toHaveLength(12);
    const counts = young.map(({ history }) => history.candles({ interval: "240", limit: 1000 }, START_MS).length);
    expect(counts.filter((count) => count < 60).length).toBeGreaterThanOrEqual(2);
    expect(counts.filter((count) => count >= 60).length).toBeGreaterThanOrEqual(2);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  test("has minutes without trades in small coins and none in the largest", () => {
    const quiet = (name: string) => {
      const symbol = market.symbols.find(({ contract }) => contract.symbol === name) ?? expect.fail();
      return symbol.history.candles({ interval: "1", limit: 1000 }, START_MS).filter(({ volume }) => volume === 0)
        .length;
    };
    expect(quiet("BTCUSDT")).toBeLessThanOrEqual(1);
    expect(quiet("ELSAUSDT")).toBeGreaterThan(100);
  });

  test("is the same for the same seed and time, whatever was asked before and whenever it was started", () => {
    const nowMs = START_MS + 5 * HOUR_MS + 123;
    const [one, other] = [createGeneratedMarket(5, 40, START_MS), createGeneratedMarket(5, 40, nowMs)];
    eligibleOf(one)[3]?.history.candles({ interval: "5", limit: 1000 }, nowMs + DAY_MS);
    expect(dayOf(eligibleOf(one), nowMs)).toEqual(dayOf(eligibleOf(other), nowMs));
    const another = createGeneratedMarket(6, 40, START_MS);
    expect(dayOf(eligibleOf(another), nowMs)).not.toEqual(dayOf(eligibleOf(other), nowMs));
  });

  test("is led by bitcoin, at a price that could be", () => {
    for (let month = 0; month < 24; month++) {
      const nowMs = START_MS + month * 30 * DAY_MS;
      const bitcoin = Math.exp(market.bitcoin.history.source.logPriceAt(nowMs));
      expect(bitcoin).toBeGreaterThan(40_000);
      expect(bitcoin).toBeLessThan(160_000);
    }
    for (let seed = 1; seed <= 20; seed++) {
      const nowMs = START_MS + seed * 17.3 * DAY_MS;
      const day = dayOf(eligibleOf(createGeneratedMarket(seed, 6, nowMs)), nowMs);
      const [largest] = day.sort((a, b) => b.turnoverUsd - a.turnoverUsd);
      expect(largest?.symbol).toBe("BTCUSDT");
      expect(largest?.turnoverUsd).toBeGreaterThan(5e8);
    }
  });

  test("goes up with some and down with others at any time, and has movers of both kinds", () => {
    for (let sample = 0; sample < 8; sample++) {
      const nowMs = START_MS + sample * 37 * DAY_MS + sample * 3.7 * HOUR_MS;
      const day = dayOf(eligibleOf(createGeneratedMarket(42 + (sample % 3), 520, nowMs)), nowMs);
      const advancing = day.filter(({ change }) => change > 0);
      const declining = day.filter(({ change }) => change < 0);
      const isLarge = ({ turnoverUsd }: { turnoverUsd: number }) => turnoverUsd >= 500_000;
      expect(advancing.length + declining.length).toBeGreaterThan(480);
      expect(advancing.filter(isLarge).length).toBeGreaterThanOrEqual(5);
      expect(declining.filter(isLarge).length).toBeGreaterThanOrEqual(5);
      expect(Math.max(...day.map(({ change }) => Math.abs(change)))).toBeLessThan(0.6);
    }
  });
});

describe("its returns", () => {
  const returnsOf = (name: string, interval: "1" | "60", limit: number) => {
    const symbol = market.symbols.find(({ contract }) => contract.symbol === name) ?? expect.fail();
    const closed = symbol.history.candles({ interval, limit }, START_MS).slice(1).reverse();
    return closed.map((candle) => ({ change: Math.log(candle.close / candle.open), volume: candle.volume }));
  };

  test("have the size, the fat tails and the company of volume that real minutes have", () => {
    const minutes = returnsOf("SOLUSDT", "1", 20_000);
    const deviation = Math.sqrt(mean(minutes.map(({ change }) => change ** 2)));
    // Recorded in June 2025: 0.0010, kurtosis 53 (BTC: 13), mean/median volume 1.9.
    expect(deviation).toBeGreaterThan(0.0005);
    expect(deviation).toBeLessThan(0.002);
    expect(mean(minutes.map(({ change }) => (change / deviation) ** 4))).toBeGreaterThan(6);
    const volumes = minutes.map(({ volume }) => volume).sort((a, b) => a - b);
    expect(
      mean(volumes) / (volumes[volumes.length / 2 - 0.5] ?? volumes[Math.floor(volumes.length / 2)] ?? 0),
    ).toBeGreaterThan(1.4);
    const busy = minutes.filter(({ change }) => Math.abs(change) > 2 * deviation);
    const calm = minutes.filter(({ change }) => Math.abs(change) < 0.3 * deviation);
    expect(mean(busy.map(({ volume }) => volume))).toBeGreaterThan(2 * mean(calm.map(({ volume }) => volume)));
  });

  test("go together", () => {
    // Recorded in June 2025, hourly: 0.82.
    const [bitcoin, solana] = ["BTCUSDT", "SOLUSDT"].map((name) =>
      returnsOf(name, "60", 1000).map(({ change }) => change),
    );
    expect(correlation(bitcoin ?? [], solana ?? [])).toBeGreaterThan(0.5);
    expect(correlation(bitcoin ?? [], solana ?? [])).toBeLessThan(0.95);
  });
});

describe("positioning", () => {
  test("leans the way the price has gone", () => {
    const rows = eligibleOf(market)
      .slice(0, 250)
      .map(({ positioning, history }) => ({
        trend: positioning.trend(START_MS, 2 * DAY_MS),
        funding: positioning.fundingRate(START_MS),
        longs: positioning.buyRatio(START_MS),
        openInterestGrowth: positioning.openInterest(START_MS) / positioning.openInterest(START_MS - 3 * DAY_MS),
        price: history.dayFigures(START_MS)?.last.close,
      }));
    const risen = rows.filter(({ trend }) => trend > 0.03);
    const fallen = rows.filter(({ trend }) => trend < -0.03);
    const difference = (figure: "funding" | "longs" | "openInterestGrowth") =>
      mean(risen.map((row) => row[figure])) - mean(fallen.map((row) => row[figure]));
    expect(difference("funding")).toBeGreaterThan(0.00005);
    expect(difference("longs")).toBeGreaterThan(0.02);
    expect(difference("openInterestGrowth")).toBeGreaterThan(0.02);
    expect(new Set(rows.map(({ funding }) => funding)).size).toBeGreaterThan(100);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = mean(a.map((value, index) => (value - meanA) * ((b[index] ?? 0) - meanB)));
  const deviation = (values: readonly number[], around: number) =>
    Math.sqrt(mean(values.map((v) => (v - around) ** 2)));
  return product / deviation(a, meanA) / deviation(b, meanB);
}
