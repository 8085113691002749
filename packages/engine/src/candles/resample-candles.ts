import { checkCandleColumns } from "../checks/check-candles.ts";
import type { Candles } from "../domain/market-data.ts";

/**
 * Joins candles into longer ones. A group starts at a multiple of `intervalMs` (Unix time) and needs all of its short
 * candles: one that is still filling up, or has a gap, is left out.
 *
 * @param intervalMs Length of the new candles; a whole multiple of `candles.intervalMs`.
 * @throws RangeError otherwise.
 * @throws EngineInputError for candles that are unsorted, doubled or not finite, or with columns of different lengths
 */
export function resampleCandles(candles: Candles, intervalMs: number): Candles {
  const perGroup = intervalMs / candles.intervalMs;
  if (!Number.isSafeInteger(perGroup) || perGroup < 1) {
    throw new RangeError(`${intervalMs} ms is not a whole multiple of the candles' ${candles.intervalMs} ms`);
  }
  checkCandleColumns("candles", candles);
  const starts = wholeGroupStarts(candles, intervalMs, perGroup);
  const count = starts.length;
  const column = () => new Float64Array(count);
  const result = {
    intervalMs,
    openTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volumeBase: column(),
  };
  for (const [group, start] of starts.entries()) {
    let high = Number.NEGATIVE_INFINITY;
    let low = Number.POSITIVE_INFINITY;
    let volumeBase = 0;
    for (let i = start; i < start + perGroup; i++) {
      high = Math.max(high, candles.high[i] ?? Number.NaN);
      low = Math.min(low, candles.low[i] ?? Number.NaN);
      volumeBase += candles.volumeBase[i] ?? Number.NaN;
    }
    result.openTimeMs[group] = candles.openTimeMs[start] ?? Number.NaN;
    result.open[group] = candles.open[start] ?? Number.NaN;
    result.high[group] = high;
    result.low[group] = low;
    result.close[group] = candles.close[start + perGroup - 1] ?? Number.NaN;
    result.volumeBase[group] = volumeBase;
  }
  return result;
}

/** The index of the first candle of every complete group. Candles are in order, at most one per slot. */
function wholeGroupStarts(candles: Candles, intervalMs: number, perGroup: number): readonly number[] {
  const times = candles.openTimeMs;
  const starts: number[] = [];
  for (let i = 0; i + perGroup <= times.length; i++) {
    const first = times[i] ?? Number.NaN;
    if (first % intervalMs !== 0) {
      continue;
    }
    const last = times[i + perGroup - 1] ?? Number.NaN;
    if (last - first === intervalMs - candles.intervalMs) {
      starts.push(i);
    }
  }
  return starts;
}
