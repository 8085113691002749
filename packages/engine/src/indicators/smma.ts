import type { Column } from "./columns.ts";
import { recursiveAverageInto } from "./recursive-average.ts";

/**
 * Smoothed moving average (SMMA, RMA, Wilder's average; New Concepts in Technical Trading Systems, 1978): smoothing
 * 1 / period, started with the simple average of the first `period` values, in the unit of the values.
 * Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * smma(Float64Array.of(1, 3, 6), 2) // [NaN, 2, 4]
 */
export function smma(values: Column, period: number): Column {
  return recursiveAverageInto(new Float64Array(values.length), values, period, 1 / period);
}
