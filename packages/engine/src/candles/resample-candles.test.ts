import { haveRecordings } from "@pulseboard/testing/recordings";
import { describe, expect, it } from "vitest";
import type { Candles } from "../domain/market-data.ts";
import { at } from "../indicators/columns.ts";
import { btcRealisedVolatility } from "../market/realised-volatility.ts";
import { readRecordedKlines } from "../testing/recordings.ts";
import { resampleCandles } from "./resample-candles.ts";
import { sliceCandles } from "./slice-candles.ts";

describe("resampled candles", () => {
  it("are whole and aligned: a group with a missing candle at either end or inside is left out", () => {
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

  it("of an empty history are empty; an interval that is no multiple is refused", () => {
    expect(resampleCandles(candlesAt([]), 300_000).close).toHaveLength(0);
    expect(() => resampleCandles(candlesAt([0]), 90_000)).toThrow(RangeError);
  });

  it.each<[string, (candles: Candles) => Candles, string]>([
    ["a high that is none", (c) => ({ ...c, high: c.high.with(3, Number.NaN) }), "candles.high[3]"],
    ["a shorter column", (c) => ({ ...c, close: c.close.subarray(1) }), "candles.close"],
    ["candles newest first", (c) => ({ ...c, openTimeMs: c.openTimeMs.toReversed() }), "candles.openTimeMs[1]"],
    [
      "a candle twice",
      (c) => ({ ...c, openTimeMs: c.openTimeMs.with(4, c.openTimeMs[3] ?? 0) }),
      "candles.openTimeMs[4]",
    ],
  ])("are not made of %s, and neither is a volatility", (_name, change, path) => {
    const candles = change(candlesAt([10, 11, 12, 13, 14, 15]));
    const refusal = expect.objectContaining({ name: "EngineInputError", path });
    expect(() => resampleCandles(candles, 300_000)).toThrow(refusal);
    expect(() => btcRealisedVolatility(candles)).toThrow(refusal);
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

/** Minute candles whose prices are the number of the minute. */
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
