import type { Candles, Input } from "@pulseboard/engine";
import { expect, it } from "vitest";
import { candlePoints } from "./candle-points.ts";

const MINUTE_MS = 60_000;

/** Candles that open at these minutes, each with the minute of its close as its price. */
function candlesAt(minutes: readonly number[]): Input<Candles> {
  const column = (of: (minute: number) => number) => Float64Array.from(minutes, of);
  const price = column((minute) => minute + 1);
  const value = { intervalMs: MINUTE_MS, openTimeMs: column((minute) => minute * MINUTE_MS) };
  return {
    known: true,
    value: { ...value, open: price, high: price, low: price, close: price, volumeBase: price },
    asOfMs: ((minutes.at(-1) ?? 0) + 1) * MINUTE_MS,
    periodMs: MINUTE_MS,
  };
}

const points = (input: Input<Candles>, endMinute: number) =>
  candlePoints(input, { points: 4, endMs: endMinute * MINUTE_MS, digits: 6 });

it("has the close of the candle that ends with each step", () => {
  expect(points(candlesAt([1, 2, 3, 4, 5, 6]), 7)).toEqual({ price: [4, 5, 6, 7], reason: null });
});

it("leaves gaps where candles are missing, at the end where the newest has not come yet", () => {
  expect(points(candlesAt([1, 2, 4, 5]), 7)).toEqual({ price: [null, 5, 6, null], reason: "too_short" });
});

it("ignores candles after the end, and before the beginning", () => {
  expect(points(candlesAt([1, 2, 3, 4, 5, 6, 7, 8]), 6)).toEqual({ price: [3, 4, 5, 6], reason: null });
});

it("says why there is none", () => {
  const missing = { known: false, reason: "not_provided", periodMs: MINUTE_MS } as const;
  expect(points(missing, 7)).toEqual({ price: [null, null, null, null], reason: "not_provided" });
});

it("rounds to the digits that are shown, of a small price too", () => {
  const input = candlesAt([6]);
  if (input.known) {
    input.value.close[0] = 0.000012345678;
  }
  expect(points(input, 7).price.at(-1)).toBe(0.0000123457);
});
