import { type Column, checkPeriod } from "./columns.ts";
import { windowSum } from "./window-sum.ts";

/**
 * Simple moving average: the mean of the last `period` values, in the unit of the values.
 * Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * sma(Float64Array.of(1, 2, 3, 5), 2) // [NaN, 1.5, 2.5, 4]
 */
export function sma(values: Column, period: number): Column {
  checkPeriod(period);
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    result[i] = smaAt(values, i, period);
  }
  return result;
}

/** The average of the `period` values that end at index `end`. */
export function smaAt(values: Column, end: number, period: number): number {
  return windowSum(values, end, period) / period;
}
