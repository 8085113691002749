import { haveRecordings } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sliceCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import { columnOf } from "../indicators/columns.ts";
import { readRecordedKlines } from "../testing/recordings.ts";
import { fundingZScore } from "./funding-z-score.ts";
import { longShortEntropy } from "./long-short-entropy.ts";
import { btcRealisedVolatility } from "./realised-volatility.ts";

const HALF_HOUR_MS = 1_800_000;

describe("realised volatility", () => {
  it("equals that of hourly returns with a known size", () => {
    const hours = 200;
    const step = 0.01;
    const candles = halfHours(columnOf(2 * hours, (i) => Math.exp(Math.floor(i / 2) % 2 === 0 ? step : 0)));
    const volatility = btcRealisedVolatility(candles);
    expect(volatility?.dailyPercent).toBeCloseTo(step * Math.sqrt(24) * 100, 10);
    expect(volatility?.annualisedPercent).toBeCloseTo(step * Math.sqrt(24 * 365) * 100, 9);
  });

  it("is unknown below 168 hourly returns, and with a gap in the week", () => {
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
  const settled: readonly number[] = Array.from({ length: 90 }, (_, i) => (i % 2 === 0 ? 1e-4 : 3e-4));

  it("measures in deviations of the last 90 settlements only", () => {
    expect(fundingZScore(settled, 5e-4)).toBeCloseTo(3, 9);
    expect(fundingZScore([1, 1, 1, ...settled], 5e-4)).toBeCloseTo(3, 9);
    expect(fundingZScore(Float64Array.from(settled), 2e-4)).toBeCloseTo(0, 9);
  });

  it("is unknown below 20 settlements, or when all are equal", () => {
    expect(fundingZScore(settled.slice(0, 19), 1e-4)).toBeNull();
    expect(fundingZScore(settled.slice(0, 20), 1e-4)).not.toBeNull();
    expect(fundingZScore(new Array(90).fill(1e-4), 2e-4)).toBeNull();
    expect(fundingZScore([...new Array(89).fill(1e-4), 1e-4 + 2e-20], 2e-4)).toBeNull();
  });

  it.each([Number.NaN, null, "0.0001", Number.POSITIVE_INFINITY])("refuses %s", (odd) => {
    expect(() => fundingZScore(settled, odd as number)).toThrow(`currentRate8h is`);
    expect(() => fundingZScore(settled.with(4, odd as number), 1e-4)).toThrow("[4] is");
  });
});

describe("long/short entropy", () => {
  it("is 1 for equal sides, 0 for one side alone, and symmetric", () => {
    expect([0.5, 0, 1].map(longShortEntropy)).toEqual([1, 0, 0]);
    expect(() => longShortEntropy("0.5" as never)).toThrow(RangeError);
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

function halfHours(close: Float64Array): Candles {
  const openTimeMs = columnOf(close.length, (i) => i * HALF_HOUR_MS);
  return { intervalMs: HALF_HOUR_MS, openTimeMs, open: close, high: close, low: close, close, volumeBase: close };
}
