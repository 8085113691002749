import type { Column } from "./columns.ts";
import { recursiveAverageInto } from "./recursive-average.ts";

/**
 * Exponential moving average: smoothing 2 / (period + 1), started with the simple average of the first `period` values, in
 * the unit of the values. Warm-up: the first period - 1 values are NaN; after 3 periods the start value has faded to 0.2 %.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * ema(Float64Array.of(1, 2, 3, 5), 3) // [NaN, NaN, 2, 3.5]
 */
export function ema(values: Column, period: number): Column {
  return emaInto(new Float64Array(values.length), values, period);
}

/** The same, written into a column that is given. */
export function emaInto(result: Column, values: Column, period: number): Column {
  return recursiveAverageInto(result, values, period, 2 / (period + 1));
}
