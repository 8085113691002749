import { at, type Column, columnOf, commonLength, type HighLowClose } from "./columns.ts";
import { smma } from "./moving-averages.ts";

/**
 * True range (Wilder, New Concepts in Technical Trading Systems, 1978): the candle's range, extended to the previous close;
 * in price. Warm-up: the first value is NaN.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * trueRange({ high: Float64Array.of(5, 9), low: Float64Array.of(3, 8), close: Float64Array.of(4, 8) }) // [NaN, 5]
 */
export function trueRange({ high, low, close }: HighLowClose): Column {
  return columnOf(commonLength({ high, low, close }), (i) => {
    const previousClose = at(close, i - 1);
    return Math.max(at(high, i), previousClose) - Math.min(at(low, i), previousClose);
  });
}

/**
 * Average true range (Wilder 1978): the smoothed moving average of the true range, in price.
 * Warm-up: the first `period` values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * atr({ high: Float64Array.of(5, 9), low: Float64Array.of(3, 8), close: Float64Array.of(4, 8) }, 1) // [NaN, 5]
 */
export function atr(columns: HighLowClose, period: number): Column {
  return smma(trueRange(columns), period);
}
