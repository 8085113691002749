import { haveRecordings } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resampleCandles } from "../candles/resample-candles.ts";
import { sliceCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import { at, columnOf } from "../indicators/columns.ts";
import { readRecordedKlines } from "../testing/recordings.ts";
import { fundingZScore } from "./funding-z-score.ts";
import { longShortEntropy } from "./long-short-entropy.ts";
import { btcRealisedVolatility } from "./realised-volatility.ts";

const HALF_HOUR_MS = 1_800_000;

describe("resampled candles", () => {
  it("are whole and aligned: groups that lack a candle at either end or inside are left out", () => {
    const fiveMinutes = [0, 1, 2, 3, 4];
    const minutes = [
      3,
      4,
      ...fiveMinutes.map((m) => m + 5),
      ...[10, 11, 13, 14],
      ...fiveMinutes.map((m) => m + 15),
      20,
      21,
    ];
    const candles = resampleCandles(candlesAt(minutes), 300_000);
    expect([...candles.openTimeMs]).toEqual([5 * 60_000, 15 * 60_000]);
    expect([candles.open[0], candles.high[0], candles.low[0], candles.close[0], candles.volumeBase[0]]).toEqual([
      5, 9.5, 4.5, 9.25, 35,
    ]);
    expect(candles.intervalMs).toBe(300_000);
  });

  it("of an empty history are empty; an interval that does not divide is refused", () => {
    expect(resampleCandles(candlesAt([]), 300_000).close).toHaveLength(0);
    expect(() => resampleCandles(candlesAt([0]), 90_000)).toThrow(RangeError);
  });

  it.runIf(haveRecordings()).each([5, 30, 240] as const)("from recorded minutes are the recorded %i min", (minutes) => {
    const resampled = resampleCandles(readRecordedKlines("BTCUSDT", 1), minutes * 60_000);
    const recorded = readRecordedKlines("BTCUSDT", minutes);
    const first = recorded.openTimeMs.indexOf(at(resampled.openTimeMs, 0));
    const expected = sliceCandles(recorded, first, first + resampled.close.length);
    expect(resampled.close.length).toBeGreaterThan(150);
    for (const column of ["openTimeMs", "open", "high", "low", "close"] as const) {
      expect(resampled[column]).toEqual(expected[column]);
    }
    for (const [i, volume] of expected.volumeBase.entries()) {
      expect(Math.abs(at(resampled.volumeBase, i) - volume)).toBeLessThanOrEqual(1e-9 * volume);
    }
  });
});

describe("realised volatility", () => {
  it("is what hourly returns of alternating size have by construction", () => {
    const hours = 200;
    const step = 0.01;
    const candles = halfHours(columnOf(2 * hours, (i) => Math.exp(Math.floor(i / 2) % 2 === 0 ? step : 0)));
    const volatility = btcRealisedVolatility(candles);
    expect(volatility?.dailyPercent).toBeCloseTo(step * Math.sqrt(24) * 100, 10);
    expect(volatility?.annualisedPercent).toBeCloseTo(step * Math.sqrt(24 * 365) * 100, 9);
  });

  it("is unknown below 168 hourly returns and with a hole in the week", () => {
    const whole = halfHours(columnOf(2 * 169, (i) => 100 + (i % 7)));
    expect(btcRealisedVolatility(whole)).not.toBeNull();
    expect(btcRealisedVolatility(sliceCandles(whole, 2, 2 * 169))).toBeNull();
    const holed = {
      ...whole,
      openTimeMs: whole.openTimeMs.map((time, i) => (i < 100 ? time - 2 * HALF_HOUR_MS : time)),
    };
    expect(btcRealisedVolatility(holed)).toBeNull();
  });

  it.runIf(haveRecordings())("of Bitcoin in June 2025 is a plausible figure", () => {
    const { annualisedPercent = 0 } = btcRealisedVolatility(readRecordedKlines("BTCUSDT", 30)) ?? {};
    expect(annualisedPercent).toBeGreaterThan(15);
    expect(annualisedPercent).toBeLessThan(80);
  });
});

describe("funding z-score", () => {
  const settled = Array.from({ length: 90 }, (_, i) => (i % 2 === 0 ? 1e-4 : 3e-4));

  it("measures in deviations of the last 90 settlements only", () => {
    expect(fundingZScore(settled, 5e-4)).toBeCloseTo(3, 9);
    expect(fundingZScore([1, 1, 1, ...settled], 5e-4)).toBeCloseTo(3, 9);
    expect(fundingZScore(Float64Array.from(settled), 2e-4)).toBeCloseTo(0, 9);
  });

  it("is unknown below 20 settlements, or when they are all the same", () => {
    expect(fundingZScore(settled.slice(0, 19), 1e-4)).toBeNull();
    expect(fundingZScore(settled.slice(0, 20), 1e-4)).not.toBeNull();
    expect(fundingZScore(new Array(90).fill(1e-4), 2e-4)).toBeNull();
  });
});

describe("long/short entropy", () => {
  it("is 1 when even, 0 when one-sided, the same for both sides", () => {
    expect([0.5, 0, 1].map(longShortEntropy)).toEqual([1, 0, 0]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        const entropy = longShortEntropy(share);
        expect(entropy >= 0 && entropy <= 1).toBe(true);
        expect(longShortEntropy(1 - share)).toBeCloseTo(entropy, 12);
      }),
    );
    expect(() => longShortEntropy(1.1)).toThrow(RangeError);
    expect(() => longShortEntropy(Number.NaN)).toThrow(RangeError);
  });
});

/** Minute candles whose figures are the minute itself. */
function candlesAt(minutes: readonly number[]): Candles {
  const column = (shift: number) => Float64Array.from(minutes, (minute) => minute + shift);
  return {
    intervalMs: 60_000,
    openTimeMs: Float64Array.from(minutes, (minute) => minute * 60_000),
    open: column(0),
    high: column(0.5),
    low: column(-0.5),
    close: column(0.25),
    volumeBase: column(0),
  };
}

function halfHours(close: Float64Array): Candles {
  const openTimeMs = columnOf(close.length, (i) => i * HALF_HOUR_MS);
  return { intervalMs: HALF_HOUR_MS, openTimeMs, open: close, high: close, low: close, close, volumeBase: close };
}
