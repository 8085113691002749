import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGeneratedMarket } from "../generated/generated-market.ts";
import type { Candle } from "./candle.ts";
import type { CandleHistory } from "./candle-history.ts";
import { candleStartMs, INTERVALS, type Interval, nextCandleStartMs } from "./interval.ts";
import type { SymbolMarket } from "./symbol-market.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, minuteOf } from "./time.ts";

const START_MS = Date.UTC(2026, 5, 9);
const market = createGeneratedMarket(11, 520, START_MS);
/** Large, small, new, traded elsewhere, dated, before its listing, a stock. */
const SYMBOLS = [
  "BTCUSDT",
  "DOGEUSDT",
  "MYXUSDT",
  "ELSAUSDT",
  "BTCPERP",
  "ETHUSDT-25SEP26",
  "BPUSDT",
  "NVDAUSDT",
  "USDCUSDT",
];

function symbolNamed(name: string): SymbolMarket {
  const found = market.symbols.find(({ contract }) => contract.symbol === name);
  if (found === undefined) {
    throw new Error(`no ${name}`);
  }
  return found;
}

const someSymbol = fc.constantFrom(...SYMBOLS).map(symbolNamed);
/** Any moment of the ten days after the start. */
const someMoment = fc.integer({ min: START_MS, max: START_MS + 10 * DAY_MS });
const someInterval = fc.constantFrom(...INTERVALS.filter((interval) => !["1", "W", "M"].includes(interval)));

/** Computes the expected longer candle from one-minute candles alone. */
function resample(minutes: readonly Candle[], startMs: number): Candle {
  const oldestFirst = minutes.toReversed();
  return {
    openTimeMs: startMs,
    open: oldestFirst[0]?.open ?? Number.NaN,
    high: Math.max(...minutes.map(({ high }) => high)),
    low: Math.min(...minutes.map(({ low }) => low)),
    close: minutes[0]?.close ?? Number.NaN,
    volume: minutes.reduce((sum, { volume }) => sum + volume, 0),
    turnoverTimes3: minutes.reduce((sum, { turnoverTimes3 }) => sum + turnoverTimes3, 0),
  };
}

function minutesBetween(history: CandleHistory, startMs: number, endMs: number, nowMs: number): Candle[] {
  return history.candles({ interval: "1", limit: 100_000, startMs, endMs: endMs - 1 }, nowMs);
}

describe("candles", () => {
  test("of every interval are exactly their minutes, the open one included", () => {
    fc.assert(
      fc.property(someSymbol, someMoment, someInterval, ({ history }, nowMs, interval) => {
        for (const candle of history.candles({ interval, limit: 3 }, nowMs)) {
          const endMs = nextCandleStartMs(interval, candle.openTimeMs);
          expect(candle).toEqual(resample(minutesBetween(history, candle.openTimeMs, endMs, nowMs), candle.openTimeMs));
        }
      }),
      { numRuns: propertyRuns({ quick: 37, thorough: 750 }) },
    );
  });

  test.each(["W", "M"] as const)("of a %s too", (interval) => {
    const nowMs = START_MS + 3 * HOUR_MS;
    const { history } = symbolNamed("ETHUSDT");
    const [, candle] = history.candles({ interval, limit: 2 }, nowMs);
    const startMs = candle?.openTimeMs ?? 0;
    const endMs = nextCandleStartMs(interval, startMs);
    expect(new Date(startMs).getUTCDay() === 1 || new Date(startMs).getUTCDate() === 1).toBe(true);
    expect(candle).toEqual(resample(minutesBetween(history, startMs, endMs, nowMs), startMs));
  });

  test("never change once they are closed, whatever was asked before", () => {
    fc.assert(
      fc.property(someSymbol, someMoment, fc.integer({ min: 1, max: 3 * DAY_MS }), (symbol, nowMs, laterMs) => {
        const asked = { interval: "5" as Interval, limit: 40 };
        const [, ...closed] = symbol.history.candles(asked, nowMs);
        const endMs = candleStartMs("5", nowMs) - 1;
        expect(symbol.history.candles({ ...asked, limit: 39, endMs }, nowMs + laterMs)).toEqual(closed);
      }),
      { numRuns: propertyRuns({ quick: 15, thorough: 300 }) },
    );
  });

  test("hold their prices together: low <= open, close <= high, each opens where the one before closed", () => {
    fc.assert(
      fc.property(someSymbol, someMoment, ({ history }, nowMs) => {
        const candles = history.candles({ interval: "1", limit: 500 }, nowMs);
        candles.forEach((candle, index) => {
          const { open, high, low, close, volume } = candle;
          expect([open, high, low, close, volume].every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
          expect(low).toBeGreaterThan(0);
          expect(low).toBeLessThanOrEqual(Math.min(open, close));
          expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
          if (volume === 0) {
            expect([high, low, close]).toEqual([open, open, open]);
          }
          const before = candles[index + 1];
          if (before !== undefined) {
            expect([candle.openTimeMs, open]).toEqual([before.openTimeMs + MINUTE_MS, before.close]);
          }
        });
      }),
      { numRuns: propertyRuns({ quick: 10, thorough: 200 }) },
    );
  });

  test("that are still open only grow, and end as the closed one", () => {
    fc.assert(
      fc.property(someSymbol, someMoment, ({ history }, nowMs) => {
        const startMs = candleStartMs("1", nowMs);
        const seen = [1, 9_000, 20_000, 37_000, 59_999].map((ms) => history.currentMinute(startMs + ms));
        seen.forEach((candle, index) => {
          const before = seen[index - 1];
          if (candle === undefined || before === undefined) {
            return;
          }
          expect(candle.volume).toBeGreaterThanOrEqual(before.volume);
          expect(candle.high).toBeGreaterThanOrEqual(before.high);
          expect(candle.low).toBeLessThanOrEqual(before.low);
        });
        expect(seen.at(-1)).toEqual(history.closedMinute(minuteOf(nowMs)));
      }),
      { numRuns: propertyRuns({ quick: 37, thorough: 750 }) },
    );
  });

  test("move within the minute", () => {
    const { history } = symbolNamed("BTCUSDT");
    const closes = [5, 15, 25, 35, 45, 55].map((second) => history.currentMinute(START_MS + second * 1000)?.close);
    expect(new Set(closes).size).toBeGreaterThan(3);
  });

  test("are found by their start: from a start the oldest, to an end the newest, both ends included", () => {
    const { history } = symbolNamed("SOLUSDT");
    const at = (range: object) =>
      history
        .candles({ interval: "60", limit: 3, ...range }, START_MS + 30 * MINUTE_MS)
        .map(({ openTimeMs }) => (openTimeMs - START_MS) / HOUR_MS);
    expect(at({})).toEqual([0, -1, -2]);
    expect(at({ endMs: START_MS - HOUR_MS })).toEqual([-1, -2, -3]);
    expect(at({ endMs: START_MS - HOUR_MS - 1 })).toEqual([-2, -3, -4]);
    expect(at({ startMs: START_MS - 9 * HOUR_MS })).toEqual([-7, -8, -9]);
    expect(at({ startMs: START_MS - 9 * HOUR_MS + 1 })).toEqual([-6, -7, -8]);
    expect(at({ startMs: START_MS - 2 * HOUR_MS })).toEqual([0, -1, -2]);
    expect(at({ startMs: START_MS - 9 * HOUR_MS, endMs: START_MS - 5 * HOUR_MS })).toEqual([-5, -6, -7]);
    expect(at({ startMs: START_MS - HOUR_MS, endMs: START_MS + 9 * HOUR_MS })).toEqual([0, -1]);
    expect(at({ startMs: START_MS + HOUR_MS })).toEqual([]);
  });
});

describe("trades of a closed minute", () => {
  test("are its candle: same volume, first at the open, last at the close, high and low reached and never passed", () => {
    fc.assert(
      fc.property(someSymbol, someMoment, ({ history }, nowMs) => {
        const minute = minuteOf(nowMs);
        const candle = history.closedMinute(minute);
        const { price, quantity, timeMs, takerBought } = history.printsOfMinute(minute);
        if (candle === undefined) {
          throw new Error("no candle");
        }
        expect(quantity.reduce((sum, value) => sum + value, 0)).toBe(candle.volume);
        expect(quantity.every((value) => value >= 1 && Number.isInteger(value))).toBe(true);
        expect(timeMs.every((time) => minuteOf(time) === minute)).toBe(true);
        expect([...timeMs]).toEqual([...timeMs].sort((a, b) => a - b));
        expect(price.length === 0).toBe(candle.volume === 0);
        if (candle.volume === 0) {
          return;
        }
        expect([price[0], price.at(-1)]).toEqual([candle.open, candle.close]);
        expect([Math.max(...price), Math.min(...price)]).toEqual([candle.high, candle.low]);
        price.forEach((value, index) => {
          const before = index === 0 ? candle.open : (price[index - 1] ?? value);
          if (value !== before) {
            expect(takerBought[index]).toBe(value > before ? 1 : 0);
          }
        });
      }),
      { numRuns: propertyRuns({ quick: 75, thorough: 1500 }) },
    );
  });
});

describe("figures of the last 24 hours", () => {
  test("are those of the 1440 closed minutes before the current one and of the known part of that one", () => {
    fc.assert(
      fc.property(someSymbol, someMoment, ({ history }, nowMs) => {
        const minutes = history.candles({ interval: "1", limit: 1441 }, nowMs);
        const figures = history.dayFigures(nowMs);
        expect(figures?.day).toEqual(resample(minutes, minutes.at(-1)?.openTimeMs ?? 0));
        expect(figures?.last).toEqual(minutes[0]);
        expect(figures?.previousPrice).toBe(minutes.at(-1)?.open);
        expect(figures?.previousHourPrice).toBe(minutes[Math.min(60, minutes.length - 1)]?.open);
      }),
      { numRuns: propertyRuns({ quick: 10, thorough: 200 }) },
    );
  });
});
