import { haveRecordings } from "@pulseboard/testing/recordings";
import { describe, expect, it } from "vitest";
import { meetsAim, tableOf } from "../../scripts/measure-score/figures.mjs";
import { marketDirection } from "../../scripts/measure-score/market-direction.mjs";
import { readRecordedCandles } from "../../scripts/measure-score/recorded-candles.mjs";
import { meanRankCorrelation, type RecordedSymbol, steadiness } from "../../scripts/measure-score/recorded-scores.mjs";
import { momentsBetween, scoreOverTime } from "../../scripts/measure-score/score-over-time.mjs";
import { autocorrelation, moves, quantile, rankCorrelation } from "../../scripts/measure-score/statistics.mjs";

const MINUTE_MS = 60_000;
const THREE_DAYS_MS = 3 * 86_400_000;

/** Enough on a busy machine. */
const TIMEOUT_MS = 600_000;

describe.runIf(haveRecordings())("three recorded days of one symbol, with candle rules alone", () => {
  it("have a published score that is steady, and that still says something an hour later", {
    timeout: TIMEOUT_MS,
  }, () => {
    const candles = readRecordedCandles("BTCUSDT");
    const endMs = (candles["1m"].openTimeMs.at(-1) ?? Number.NaN) + MINUTE_MS;
    const moments = momentsBetween(endMs - THREE_DAYS_MS, endMs, MINUTE_MS);
    const { score, scoreNow } = scoreOverTime("BTCUSDT", candles, moments);
    expect(score).toHaveLength(4321);
    const published = steadiness([score]);
    expect(published.medianMove).toBeLessThanOrEqual(0.25);
    expect(published.meanAutocorrelation(60)).toBeGreaterThanOrEqual(0.6);
    // It is the average that does it.
    expect(steadiness([scoreNow]).medianMove).toBeGreaterThan(published.medianMove);
    expect(published.medianMove).toBeGreaterThan(0.01);
  });
});

describe("the statistics of the measurement", () => {
  it("quantiles lie between neighbours", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5);
    expect(quantile([0, 10], 0.9)).toBeCloseTo(9, 12);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it("moves are absolute differences", () => {
    expect([...moves(Float64Array.of(1, 4, 2, 2))]).toEqual([3, 2, 0]);
  });

  it("autocorrelation compares each value with a later one", () => {
    expect(autocorrelation(Float64Array.of(1, -1, 1, -1, 1), 1)).toBeCloseTo(-1, 12);
    expect(autocorrelation(Float64Array.of(1, -1, 1, -1, 1, -1), 2)).toBeCloseTo(1, 12);
    // (1, 2, 3) with (2, 3, 1)
    expect(autocorrelation(Float64Array.of(1, 2, 3, 1), 1)).toBeCloseTo(-0.5, 12);
  });

  it("rank correlation looks at the order alone, and gives ties their mean rank", () => {
    expect(rankCorrelation([1, 2, 3], [1, 10, 1000])).toBeCloseTo(1, 12);
    expect(rankCorrelation([3, 2, 1], [1, 10, 1000])).toBeCloseTo(-1, 12);
    // Ranks 1.5, 1.5, 3 with 1, 2, 3.
    expect(rankCorrelation([5, 5, 9], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 12);
  });

  it("a symbol without a score at a moment is left out there", () => {
    expect(rankCorrelation([1, Number.NaN, 2, 3], [1, 0, 10, 1000])).toBeCloseTo(1, 12);
    expect(autocorrelation(Float64Array.of(1, 2, Number.NaN, 4, 5, 6), 1)).toBeCloseTo(1, 12);
  });
});

describe("the measurement over several symbols", () => {
  it("correlates scores with the returns from the next minute on", () => {
    // The higher the score, the faster the price rises, or falls.
    const rising = [1, 2, 3, 4].map((rank) =>
      symbolOver(SIX_HOURS, rank / 10, (minute) => Math.exp(1e-4 * rank * minute)),
    );
    expect(meanRankCorrelation(rising, 1)).toBeCloseTo(1, 9);
    const falling = [1, 2, 3, 4].map((rank) =>
      symbolOver(SIX_HOURS, rank / 10, (minute) => Math.exp(-1e-4 * rank * minute)),
    );
    expect(meanRankCorrelation(falling, 1)).toBeCloseTo(-1, 9);
  });

  it("counts the time in each direction, and the changes of the computed and of the shown regime", () => {
    // .05 is .56 usual deviations; the change for a quarter of an hour is too short to be shown.
    const signal = (minute: number) => (minute < 180 || (minute >= 300 && minute < 315) ? 0.05 : -0.05);
    const symbols = Array.from({ length: 7 }, () => symbolOver(SIX_HOURS, signal, () => 1));
    const { shareOf, shownChangesADay, computedChangesADay } = marketDirection(symbols);
    expect(shareOf("Bullish")).toBeCloseTo(195 / 360, 9);
    expect(shareOf("Bearish")).toBeCloseTo(165 / 360, 9);
    expect(shareOf("Neutral")).toBe(0);
    expect([shownChangesADay, computedChangesADay]).toEqual([4, 12]);
  });

  it("has a regime where a symbol's candles have a hole: the others are counted more often", () => {
    const symbols = Array.from({ length: 7 }, (_, i) =>
      symbolOver(SIX_HOURS, 0.05, (minute) => (i === 0 && minute === 100 ? Number.NaN : 1)),
    );
    expect(marketDirection(symbols).shareOf("Bullish")).toBe(1);
  });
});

const SIX_HOURS = 360;
const START_MS = Date.UTC(2025, 5, 10);

/** A symbol with one score a minute, whose candles reach two days back and one day further. */
function symbolOver(
  minutes: number,
  signal: number | ((minute: number) => number),
  price: (minute: number) => number,
): RecordedSymbol {
  const timeMs = Array.from({ length: minutes }, (_, minute) => START_MS + minute * MINUTE_MS);
  const values = Float64Array.from(timeMs, (_, minute) => (typeof signal === "number" ? signal : signal(minute)));
  const series = { timeMs, score: values, weightedSignal: values, scoreNow: values };
  const none = { timeMs: [], score: values, weightedSignal: values, scoreNow: values };
  // The candle at place i closes at minute i + 1 - 2880.
  const close = Float64Array.from({ length: 4320 }, (_, i) => price(i + 1 - 2880));
  const openTimeMs = close.map((_, i) => START_MS + (i - 2880) * MINUTE_MS);
  const candles = { intervalMs: MINUTE_MS, openTimeMs, open: close, high: close, low: close, close, volumeBase: close };
  return {
    symbol: "TESTUSDT",
    candles: { "1m": candles, "5m": candles, "30m": candles, "4h": candles },
    series,
    weekBefore: none,
  };
}

describe("an aim", () => {
  it.each([
    [{ value: 0.2, aim: { atMost: 0.2 } }, true],
    [{ value: 0.21, aim: { atMost: 0.2 } }, false],
    [{ value: 0.8, aim: { atLeast: 0.8 } }, true],
    [{ value: 0.79, aim: { atLeast: 0.8 } }, false],
    [{ value: Number.NaN, aim: { atMost: 1 } }, false],
    [{ value: Number.NaN, aim: { atLeast: 1 } }, false],
    [{ value: Number.NaN }, true],
  ])("%j: %s", (figure, met) => {
    expect(meetsAim({ name: "", ...figure })).toBe(met);
    expect(tableOf("", [{ name: "", ...figure }]).includes("MISSED")).toBe(!met);
  });
});
