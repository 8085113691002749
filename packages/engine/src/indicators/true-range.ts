import { type Column, commonLength, type HighLowClose } from "./columns.ts";

/**
 * True range (Wilder, New Concepts in Technical Trading Systems, 1978): the candle's range, extended to the previous close;
 * in price. Warm-up: the first value is NaN.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * trueRange({ high: Float64Array.of(5, 9), low: Float64Array.of(3, 8), close: Float64Array.of(4, 8) }) // [NaN, 5]
 */
export function trueRange({ high, low, close }: HighLowClose): Column {
  const result = new Float64Array(commonLength({ high, low, close }));
  let previousClose = Number.NaN;
  for (let i = 0; i < result.length; i++) {
    result[i] = Math.max(high[i] ?? Number.NaN, previousClose) - Math.min(low[i] ?? Number.NaN, previousClose);
    previousClose = close[i] ?? Number.NaN;
  }
  return result;
}
