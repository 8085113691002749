import { generateMarket, known, MARKET_NOW_MS } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import type { Liquidations, TimeSeries, TimeSpan, Trades } from "../domain/market-data.ts";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { signalTable } from "../testing/signals.ts";
import { scoreSymbol } from "./score-symbol.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const market = generateMarket({ seed: 4, price: 100, candles: 120, levels: 20 });

interface TradeRow {
  readonly secondsAgo: number;
  readonly quantity: number;
  readonly side: 1 | -1;
  readonly price?: number;
}

describe("order flow and volume from trades", () => {
  it("with three quarters of the quantity bought, sign and size follow from the share", () => {
    const rows = spread(60, 240, (i) => ({ quantity: i % 2 === 0 ? 3 : 1, side: i % 2 === 0 ? 1 : -1 }));
    const signals = signalsWith(rows, 15 * MINUTE_MS);
    expect(signals["orderflow.cvd"]).toBeCloseTo(Math.tanh(0.5 / 0.25), 12);
    expect(signals["volume.volume_delta"]).toBeCloseTo(Math.tanh(0.5 / 0.3), 12);
    expect(signals["orderflow.large_trades"]).toBeCloseTo(Math.tanh(0.8 / 0.5), 12);
    expect(Math.abs(Number(signals["orderflow.imbalance"]))).toBeLessThan(0.1);
  });

  it("only the last 5 min move cvd; in trade_flow the older ones weigh less", () => {
    const old = spread(60, 300, () => ({ quantity: 100, side: -1 })).map((row) => ({
      ...row,
      secondsAgo: row.secondsAgo + 590,
    }));
    const recent = spread(60, 60, () => ({ quantity: 1, side: 1 }));
    const signals = signalsWith([...old, ...recent], 15 * MINUTE_MS);
    expect(signals["orderflow.cvd"]).toBeCloseTo(Math.tanh(1 / 0.25), 9);
    const weights = [old, recent].map((rows) =>
      rows.reduce((sum, { secondsAgo, quantity }) => sum + quantity * 0.5 ** (secondsAgo / 300), 0),
    );
    const [sold, bought] = [weights[0] ?? 0, weights[1] ?? 0];
    expect(signals["orderflow.trade_flow"]).toBeCloseTo(Math.tanh((bought - sold) / (bought + sold) / 0.4), 12);
    expect(Number(signals["volume.volume_delta"])).toBeLessThan(-0.9);
  });

  it.each([
    [15, "the last 5 min", "the last 15 min"],
    [7.5, "the last 5 min", "7.5 of the last 15 min"],
    [5, "the last 5 min", "5 of the last 15 min"],
  ])("sentences name the time whose trades are known: %d min", (minutes, inCvd, inVolumeDelta) => {
    const rows = spread(60, 240, () => ({ quantity: 1, side: 1 }));
    expect(sentencesWith(rows, minutes * MINUTE_MS)).toMatchObject({
      cvd: `Buyers took 100 % in ${inCvd}.`,
      volume_delta: `Takers bought 100 % in ${inVolumeDelta}.`,
    });
  });

  it("cvd names the time whose trades are known when that is less than its window", () => {
    const rows = spread(60, 120, () => ({ quantity: 1, side: 1 }));
    expect(sentencesWith(rows, 150 * SECOND_MS)).toMatchObject({ cvd: "Buyers took 100 % in 2.5 of the last 5 min." });
  });

  it("pressure is bullish when a quantity bought lifts the price more than the same quantity sold lowers it", () => {
    const rows = spread(120, 600, (i) => ({
      quantity: 1,
      side: i % 2 === 0 ? 1 : -1,
      price: 100 + i * 0.01 + (i % 2 === 0 ? 0.5 : 0),
    }));
    expect(Number(signalsWith(rows, 15 * MINUTE_MS)["orderflow.pressure"])).toBeGreaterThan(0);
    const falling = rows.map(
      (row) => ({ ...row, price: 200 - (row.price ?? 0), side: row.side === 1 ? -1 : 1 }) as const,
    );
    expect(Number(signalsWith(falling, 15 * MINUTE_MS)["orderflow.pressure"])).toBeLessThan(0);
  });

  it("a price move during a gap in the trades does not count as pressure", () => {
    const rows = spread(120, 600, (i) => ({ quantity: 1, side: i % 2 === 0 ? 1 : -1, price: i < 60 ? 100 : 150 }));
    const coverage = [
      { fromMs: MARKET_NOW_MS - 601 * SECOND_MS, toMs: MARKET_NOW_MS - 300 * SECOND_MS },
      { fromMs: MARKET_NOW_MS - 296 * SECOND_MS, toMs: MARKET_NOW_MS },
    ];
    expect(signalTable(scoreSymbol(withTrades(rows, coverage)))["orderflow.pressure"]).toBe(0);
  });

  it.each([1, 3600, 365 * 86_400])(
    "a trade of %i s later counts nowhere, nor do the others seem old beside it",
    (seconds) => {
      const rows = spread(120, 600, (i) => ({ quantity: 1 + (i % 3), side: i % 2 === 0 ? 1 : -1 }));
      const later = [...rows, { secondsAgo: -seconds, quantity: 1e6, side: -1 } as const];
      expect(signalsWith(later, 15 * MINUTE_MS)).toEqual(signalsWith(rows, 15 * MINUTE_MS));
      expect(sentencesWith(later, 15 * MINUTE_MS)).toEqual(sentencesWith(rows, 15 * MINUTE_MS));
    },
  );

  it.each<[string, readonly TradeRow[], number, string]>([
    ["too little coverage", spread(200, 60, () => ({ quantity: 1, side: 1 })), 60 * SECOND_MS, "too_short"],
    ["too few trades", spread(10, 290, () => ({ quantity: 1, side: 1 })), 15 * MINUTE_MS, "too_short"],
    ["nothing traded", [], 15 * MINUTE_MS, "no_activity"],
    ["quantities of zero", spread(90, 290, () => ({ quantity: 0, side: 1 })), 15 * MINUTE_MS, "no_activity"],
  ])("%s: no balance", (_name, rows, coveredMs, reason) => {
    const signals = signalsWith(rows, coveredMs);
    expect([signals["orderflow.cvd"], signals["volume.volume_delta"]]).toEqual([reason, reason]);
  });
});

describe("open interest", () => {
  const rising = (change: number): TimeSeries => ({
    timeMs: Float64Array.from({ length: 20 }, (_, i) => MARKET_NOW_MS - (19 - i) * 5 * MINUTE_MS),
    value: Float64Array.from({ length: 20 }, (_, i) => 1000 * (1 + (change * i) / 12)),
  });
  const signalWith = (series: TimeSeries) =>
    signalTable(scoreSymbol({ ...market, openInterestBase: known(series, 5 * MINUTE_MS) }))["orderflow.open_interest"];

  it("a price move with rising open interest counts more than one with falling open interest", () => {
    const [more, less] = [Number(signalWith(rising(0.05))), Number(signalWith(rising(-0.05)))];
    expect(Math.sign(more)).toBe(Math.sign(less));
    expect(Math.abs(more)).toBeGreaterThan(Math.abs(less));
    expect(more / less).toBeCloseTo(1 / 0.4, 1);
  });

  it("is unknown without a value from an hour ago, or with an open interest of zero", () => {
    const series = rising(0.01);
    const short = { timeMs: series.timeMs.slice(-5), value: series.value.slice(-5) };
    expect(signalWith(short)).toBe("too_short");
    expect(signalWith({ ...series, value: new Float64Array(20) })).toBe("no_activity");
  });
});

describe("liquidations", () => {
  const signalWith = (liquidations: Liquidations) =>
    signalTable(scoreSymbol({ ...market, liquidations: known(liquidations, MINUTE_MS) }))["sentiment.liquidations"];

  it("liquidated shorts are bullish, liquidated longs bearish, old ones less", () => {
    const timeMs = Float64Array.of(MARKET_NOW_MS - 3.5 * 3_600_000, MARKET_NOW_MS);
    const quantityBase = Float64Array.of(2, 1);
    expect(signalWith({ timeMs, quantityBase, positionSide: Int8Array.of(1, -1) })).toBeCloseTo(0, 12);
    expect(signalWith({ timeMs, quantityBase, positionSide: Int8Array.of(-1, -1) })).toBe(1);
    const monthsAgo = timeMs.map((time) => time - 100 * 86_400_000);
    expect(signalWith({ timeMs: monthsAgo, quantityBase, positionSide: Int8Array.of(1, -1) })).toBeCloseTo(0, 12);
    expect(signalWith({ timeMs, quantityBase: new Float64Array(2), positionSide: Int8Array.of(1, 1) })).toBe(
      "no_activity",
    );
  });
});

/** `count` trades, spread evenly over the last `seconds`, oldest first. */
function spread(
  count: number,
  seconds: number,
  trade: (i: number) => Omit<TradeRow, "secondsAgo">,
): readonly TradeRow[] {
  return Array.from({ length: count }, (_, i) => ({ secondsAgo: seconds * (1 - (i + 1) / count), ...trade(i) }));
}

function signalsWith(rows: readonly TradeRow[], coveredMs: number) {
  return signalTable(scoreSymbol(withTrades(rows, [covered(coveredMs)])));
}

/** Sentences by rule. */
function sentencesWith(rows: readonly TradeRow[], coveredMs: number) {
  const { components } = scoreSymbol(withTrades(rows, [covered(coveredMs)]));
  return Object.fromEntries(components.flatMap(({ rules }) => rules.map(({ rule, sentence }) => [rule, sentence])));
}

const covered = (ms: number): TimeSpan => ({ fromMs: MARKET_NOW_MS - ms, toMs: MARKET_NOW_MS });

function withTrades(rows: readonly TradeRow[], coverage: readonly TimeSpan[]): SymbolInputs {
  const trades: Trades = {
    timeMs: Float64Array.from(rows, ({ secondsAgo }) => MARKET_NOW_MS - secondsAgo * SECOND_MS),
    price: Float64Array.from(rows, ({ price }) => price ?? 100),
    quantityBase: Float64Array.from(rows, ({ quantity }) => quantity),
    takerSide: Int8Array.from(rows, ({ side }) => side),
    coverage,
  };
  return { ...market, trades: known(trades, 30_000) };
}
