import type { Candles } from "../domain/market-data.ts";
import { at } from "../indicators/columns.ts";

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

/**
 * The candles that have closed by `nowMs`, Unix ms, after the last hole: each opens when the one before it closes. Windows count
 * candles, so those before a hole would be taken for newer than they are.
 */
export function closedTail(candles: Candles, nowMs: number): Candles {
  const { openTimeMs, intervalMs } = candles;
  let to = openTimeMs.length;
  while (to > 0 && at(openTimeMs, to - 1) + intervalMs > nowMs) {
    to--;
  }
  let from = Math.max(0, to - 1);
  while (from > 0 && at(openTimeMs, from) - at(openTimeMs, from - 1) === intervalMs) {
    from--;
  }
  return from === 0 && to === openTimeMs.length ? candles : sliceCandles(candles, from, to);
}
