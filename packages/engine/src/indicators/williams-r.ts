import { type Column, checkPeriod, commonLength, type HighLowClose } from "./columns.ts";
import { windowHigh, windowLow } from "./extremes.ts";

/**
 * Williams %R (Larry Williams), -100..0: the distance of the close below the highest high, in % of the range of the last
 * `period` candles; NaN where the range is zero. The usual period is 14. Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * williamsR({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3), close: Float64Array.of(3, 5) }, 2) // [NaN, -25]
 */
export function williamsR(columns: HighLowClose, period: number): Column {
  checkPeriod(period);
  const { high, low, close } = columns;
  const result = new Float64Array(commonLength({ high, low, close }));
  for (let i = 0; i < result.length; i++) {
    result[i] = williamsRAt(columns, i, period);
  }
  return result;
}

/** The value at index `end` alone, with `softening`, in price, added to the range, half of it at each end. */
export function williamsRAt({ high, low, close }: HighLowClose, end: number, period: number, softening = 0): number {
  const top = windowHigh(high, end, period);
  const bottom = windowLow(low, end, period);
  const fromMiddle = 2 * (close[end] ?? Number.NaN) - top - bottom;
  return (50 * fromMiddle) / (top - bottom + softening) - 50;
}
