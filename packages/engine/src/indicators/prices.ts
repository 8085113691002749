import { at, type Column, columnOf, commonLength, type HighLow, type HighLowClose } from "./columns.ts";

/**
 * Typical price: (high + low + close) / 3. No warm-up.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * typicalPrice({ high: Float64Array.of(4), low: Float64Array.of(2), close: Float64Array.of(3) }) // [3]
 */
export function typicalPrice({ high, low, close }: HighLowClose): Column {
  return columnOf(commonLength({ high, low, close }), (i) => (at(high, i) + at(low, i) + at(close, i)) / 3);
}

/**
 * Median price: (high + low) / 2. No warm-up.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * medianPrice({ high: Float64Array.of(4), low: Float64Array.of(2) }) // [3]
 */
export function medianPrice({ high, low }: HighLow): Column {
  return columnOf(commonLength({ high, low }), (i) => (at(high, i) + at(low, i)) / 2);
}
