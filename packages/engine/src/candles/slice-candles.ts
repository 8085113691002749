import type { Candles } from "../domain/market-data.ts";

/** Candles `from` (included) to `to` (excluded), as views on the same memory. */
export function sliceCandles(candles: Candles, from: number, to: number): Candles {
  return {
    intervalMs: candles.intervalMs,
    openTimeMs: candles.openTimeMs.subarray(from, to),
    open: candles.open.subarray(from, to),
    high: candles.high.subarray(from, to),
    low: candles.low.subarray(from, to),
    close: candles.close.subarray(from, to),
    volumeBase: candles.volumeBase.subarray(from, to),
  };
}

/** The newest `count` candles, or all when there are fewer. */
export function newestCandles(candles: Candles, count: number): Candles {
  const length = candles.close.length;
  return count >= length ? candles : sliceCandles(candles, length - count, length);
}

/** The candles that have closed by `nowMs`, Unix ms. */
export function closedBy(candles: Candles, nowMs: number): Candles {
  let count = candles.openTimeMs.length;
  while (count > 0 && (candles.openTimeMs[count - 1] ?? Number.NaN) + candles.intervalMs > nowMs) {
    count--;
  }
  return sliceCandles(candles, 0, count);
}
