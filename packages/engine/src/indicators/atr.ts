import { type Column, checkPeriod, commonLength, type HighLowClose } from "./columns.ts";

/**
 * Average true range (Wilder 1978): the smoothed moving average of the true range, in price.
 * Warm-up: the first `period` values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * atr({ high: Float64Array.of(5, 9), low: Float64Array.of(3, 8), close: Float64Array.of(4, 8) }, 1) // [NaN, 5]
 */
export function atr(columns: HighLowClose, period: number): Column {
  return atrInto(new Float64Array(columns.close.length), columns, period);
}

/** The same, written into a column that is given. */
export function atrInto(result: Column, { high, low, close }: HighLowClose, period: number): Column {
  checkPeriod(period);
  const length = commonLength({ high, low, close });
  const share = 1 / period;
  let count = 0;
  let average = 0;
  let closeBefore = Number.NaN;
  for (let i = 0; i < length; i++) {
    const range = Math.max(high[i] ?? Number.NaN, closeBefore) - Math.min(low[i] ?? Number.NaN, closeBefore);
    closeBefore = close[i] ?? Number.NaN;
    if (count > 0 || !Number.isNaN(range)) {
      count++;
      average += (count > period ? share : 1 / count) * (range - average);
    }
    result[i] = count < period ? Number.NaN : average;
  }
  return result;
}
