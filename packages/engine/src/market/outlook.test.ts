import { propertyRuns } from "@pulseboard/testing/property-runs";
import { createRandom } from "@pulseboard/testing/random";
import { haveRecordings } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candles } from "../domain/market-data.ts";
import { candlesOfCloses, movingInputs } from "../testing/closes.ts";
import { RECORDED_SYMBOLS, readRecordedKlines } from "../testing/recordings.ts";
import { type Outlook, type OutlookOrReason, outlooks } from "./outlook.ts";
import { priceMoves } from "./price-moves.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = HOUR * 500_000;
const RUNS = { numRuns: propertyRuns({ quick: 20, thorough: 300 }) };

/** Closes of one symbol, oldest first. */
interface Closes {
  readonly symbol: string;
  readonly of5m: readonly number[];
  readonly of30m: readonly number[];
}

const outlooksOf = (market: readonly Closes[], minSymbols?: number) =>
  outlooks(
    market.map(({ symbol, of5m, of30m }) => ({
      symbol,
      moves: priceMoves(
        movingInputs(NOW, {
          "5m": candlesOfCloses(of5m, 5 * MINUTE, NOW),
          "30m": candlesOfCloses(of30m, 30 * MINUTE, NOW),
        }),
      ),
    })),
    minSymbols,
  );

const market = (seed: number, count: number): readonly Closes[] =>
  Array.from({ length: count }, (_, i) => {
    const random = createRandom(1000 * seed + i);
    const price = 10 ** (8 * random.uniform() - 4);
    const walk = (length: number, step: number) => {
      let log = Math.log(price);
      return Array.from({ length }, () => {
        log += step * random.normal();
        return Math.exp(log);
      });
    };
    const step = 0.0002 + 0.02 * random.uniform();
    return {
      symbol: `S${String(i).padStart(2, "0")}`,
      of5m: walk(60, step / 3),
      of30m: walk(150 + (i % 3) * 200, step),
    };
  });

const markets = fc
  .record({ seed: fc.nat(1e6), count: fc.integer({ min: 10, max: 30 }) })
  .map(({ seed, count }) => market(seed, count));

function known(outlook: OutlookOrReason | undefined): Outlook {
  if (outlook?.known !== true) {
    throw new Error(`expected an outlook, not ${outlook?.reason}`);
  }
  return outlook;
}

const withPrices = (symbols: readonly Closes[], change: (price: number) => number) =>
  symbols.map(({ symbol, of5m, of30m }) => ({ symbol, of5m: of5m.map(change), of30m: of30m.map(change) }));

describe("the outlook", () => {
  it("mirrors with the whole universe, and so does its sentence", () => {
    fc.assert(
      fc.property(markets, fc.double({ min: 0.01, max: 100, noNaN: true }), (symbols, centre) => {
        const own = outlooksOf(symbols);
        const mirrored = outlooksOf(withPrices(symbols, (price) => centre ** 2 / price));
        for (const { symbol } of symbols) {
          const [one, other] = [known(own.get(symbol)), known(mirrored.get(symbol))];
          expect(Math.abs(one.revm + other.revm)).toBeLessThan(1e-9);
          expect(Math.abs(one.revm)).toBeLessThanOrEqual(1);
          const swapped = one.sentence.replace(/ran (.*) ahead of|fell (.*) behind/, (_, ahead, behind) =>
            ahead === undefined ? `ran ${behind} ahead of` : `fell ${ahead} behind`,
          );
          expect(other.sentence).toBe(swapped);
        }
      }),
      RUNS,
    );
  });

  it("of one symbol's price times a power of two is bit-equal, times another factor within 1e-9", () => {
    fc.assert(
      fc.property(
        markets,
        fc.integer({ min: -30, max: 30 }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (symbols, power, factor) => {
          const own = outlooksOf(symbols);
          const scaled = (by: number) =>
            outlooksOf([...withPrices(symbols.slice(0, 1), (price) => price * by), ...symbols.slice(1)]);
          expect(scaled(2 ** power)).toEqual(own);
          for (const [symbol, outlook] of scaled(factor)) {
            expect(Math.abs(known(outlook).revm - known(own.get(symbol)).revm)).toBeLessThan(1e-9);
          }
        },
      ),
      RUNS,
    );
  });

  it("does not depend on the order of the list", () => {
    fc.assert(
      fc.property(markets, fc.nat(9), (symbols, turn) => {
        const turned = outlooksOf([...symbols.slice(turn), ...symbols.slice(0, turn)].toReversed());
        expect(new Map([...turned].sort())).toEqual(outlooksOf(symbols));
      }),
      RUNS,
    );
  });

  it("can be recomputed from its own figures, and the market's moves are the means of the symbols'", () => {
    const all = [...outlooksOf(market(3, 12)).values()].map(known);
    for (const { revm, moves, hourlyDeviation } of all) {
      expect(moves.map(({ hours }) => hours)).toEqual([1, 4, 24, 72]);
      let sum = 0;
      for (const { hours, ownLogMove, marketLogMove, deviations } of moves) {
        expect(deviations).toBeCloseTo((ownLogMove - marketLogMove) / hourlyDeviation / hours ** 0.5, 12);
        sum += Math.tanh(deviations);
      }
      expect(revm).toBeCloseTo(-sum / 4, 12);
    }
    for (const index of [0, 1, 2, 3]) {
      const own = all.map(({ moves }) => moves[index]?.ownLogMove ?? Number.NaN);
      expect(all[0]?.moves[index]?.marketLogMove).toBeCloseTo(own.reduce((a, b) => a + b) / 12, 13);
    }
  });

  it("is unknown below 10 symbols with 72 h of candles; a younger one is too short, and no part of the market", () => {
    const symbols = market(4, 12);
    const young = (count: number) =>
      symbols.map((each, i) => (i < count ? { ...each, of30m: each.of30m.slice(-144) } : each));
    const two = outlooksOf(young(2));
    expect([...two.values()].map((each) => (each.known ? "known" : each.reason))).toEqual([
      ...["too_short", "too_short"],
      ...Array.from({ length: 10 }, () => "known"),
    ]);
    for (const [symbol, outlook] of outlooksOf(symbols.slice(2))) {
      expect(two.get(symbol)).toEqual(outlook);
    }
    expect([...outlooksOf(young(3)).values()].map((each) => (each.known ? "known" : each.reason))).toEqual([
      ...["too_short", "too_short", "too_short"],
      ...Array.from({ length: 9 }, () => "not_enough_symbols"),
    ]);
    expect([...outlooksOf(young(3), 9).values()].filter((each) => each.known)).toHaveLength(9);
    expect(outlooksOf([]).size).toBe(0);
  });

  it("of a price that stood still is unknown, but it stays a part of the market", () => {
    const [first, ...others] = market(5, 11);
    const still = { symbol: first?.symbol ?? "", of5m: Array(60).fill(7), of30m: Array(200).fill(7) };
    const all = outlooksOf([still, ...others]);
    expect(all.get(still.symbol)).toEqual({ known: false, reason: "no_activity" });
    const own = known(all.get("S01"));
    const alone = known(outlooksOf(others).get("S01"));
    expect(own.moves[3]?.marketLogMove).toBeCloseTo(((alone.moves[3]?.marketLogMove ?? 0) * 10) / 11, 13);
  });
});

describe("the outlook's sentence", () => {
  /** Ten that swing by 1 % an hour around where they are, and one that does too but for these moves in the last hours. */
  const withMoves = (moves: Readonly<Record<number, number>>): readonly Closes[] =>
    Array.from({ length: 21 }, (_, i) => {
      const offset = (hoursAgo: number) =>
        i === 0 ? Object.entries(moves).reduce((sum, [h, move]) => sum + (hoursAgo < Number(h) ? move : 0), 0) : 0;
      const swing = (hoursAgo: number) => (hoursAgo % 2 === 1 ? 0.01 : 0);
      const series = (count: number, perHour: number) =>
        Array.from({ length: count }, (__, k) => {
          const hoursAgo = (count - 1 - k) / perHour;
          return Math.exp(offset(hoursAgo) + swing(hoursAgo));
        });
      return { symbol: `S${i}`, of5m: series(60, 12), of30m: series(400, 2) };
    });
  const sentence = (moves: Readonly<Record<number, number>>) => known(outlooksOf(withMoves(moves)).get("S0")).sentence;

  it("names the move that decides it", () => {
    expect(sentence({ 20: 0.09 })).toMatch(/^S0 ran 1\.\d deviations ahead of the market in 24 h\.$/);
    expect(sentence({ 20: -0.09 })).toMatch(/^S0 fell 1\.\d deviations behind the market in 24 h\.$/);
    expect(sentence({ 1: 0.03 })).toMatch(/^S0 ran \d\.\d deviations ahead of the market in 1 h\.$/);
    expect(sentence({})).toBe("S0 moved with the market over 1, 4, 24, 72 h.");
  });

  it("never speaks against the number: of moves both ways it takes one of the side that prevails", () => {
    // One large fall long ago, and smaller rises since in all three shorter windows.
    const outlook = known(outlooksOf(withMoves({ 70: -0.4, 20: 0.06, 3: 0.02, 1: 0.015 })).get("S0"));
    expect(Math.abs(outlook.moves[3]?.deviations ?? 0)).toBeGreaterThan(Math.abs(outlook.moves[2]?.deviations ?? 0));
    expect(outlook.revm).toBeLessThan(0);
    expect(outlook.sentence).toMatch(/^S0 ran /);
  });
});

describe.runIf(haveRecordings())("over recorded candles", () => {
  const recorded = RECORDED_SYMBOLS.map((symbol) => ({
    symbol,
    "5m": readRecordedKlines(symbol, 5),
    "30m": readRecordedKlines(symbol, 30),
  }));
  const at = (nowMs: number, change: (candles: Candles) => Candles = (candles) => candles) =>
    outlooks(
      recorded.map(({ symbol, ...candles }) => ({
        symbol,
        moves: priceMoves(movingInputs(nowMs, { "5m": change(candles["5m"]), "30m": change(candles["30m"]) })),
      })),
      5,
    );
  const moments = [0, 1, 2, 3, 4, 5].map((i) => Date.UTC(2025, 5, 12) + i * 67.25 * HOUR);

  it("is what other code computes", () => {
    const log = (candles: Candles, closedMs: number) =>
      Math.log(candles.close[candles.openTimeMs.indexOf(closedMs - candles.intervalMs)] ?? Number.NaN);
    for (const nowMs of moments) {
      const half = nowMs - (nowMs % (30 * MINUTE));
      const moved = recorded.map((each) => {
        const five = nowMs - (nowMs % (5 * MINUTE));
        const squares = Array.from({ length: 168 }, (_, h) => {
          const hourly = log(each["30m"], half - h * HOUR) - log(each["30m"], half - (h + 1) * HOUR);
          return hourly * hourly;
        });
        return {
          usual: Math.sqrt(squares.reduce((a, b) => a + b) / 168),
          moves: [1, 4, 24, 72].map((hours) => {
            const [candles, end] = hours < 24 ? [each["5m"], five] : [each["30m"], half];
            return log(candles, end) - log(candles, end - hours * HOUR);
          }),
        };
      });
      const found = at(nowMs);
      for (const [i, { symbol }] of recorded.entries()) {
        const parts = [1, 4, 24, 72].map((hours, k) => {
          const mean = moved.reduce((sum, { moves }) => sum + (moves[k] ?? Number.NaN), 0) / 7;
          const ahead = (moved[i]?.moves[k] ?? Number.NaN) - mean;
          return Math.tanh(ahead / ((moved[i]?.usual ?? Number.NaN) * Math.sqrt(hours)));
        });
        expect(known(found.get(symbol)).revm).toBeCloseTo(-parts.reduce((a, b) => a + b) / 4, 9);
      }
    }
  });

  it("the future does not change it", () => {
    for (const nowMs of moments) {
      const altered = at(nowMs, (candles) => {
        const later = (column: Float64Array) =>
          column.map((value, i) =>
            (candles.openTimeMs[i] ?? 0) + candles.intervalMs > nowMs ? value * (1.5 + Math.sin(i)) + 1 : value,
          );
        const { open, high, low, close } = candles;
        return { ...candles, open: later(open), high: later(high), low: later(low), close: later(close) };
      });
      expect(altered).toEqual(at(nowMs));
    }
  });
});
