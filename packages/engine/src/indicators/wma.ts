import { type Column, checkPeriod } from "./columns.ts";

/**
 * Linearly weighted moving average: the newest value weighs `period`, the oldest 1; in the unit of the values.
 * Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * wma(Float64Array.of(1, 2, 5), 2) // [NaN, 1.67, 4]
 */
export function wma(values: Column, period: number): Column {
  checkPeriod(period);
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    result[i] = wmaAt(values, i, period);
  }
  return result;
}

/** The average of the `period` values that end at index `end`; NaN when one of them is missing. */
export function wmaAt(values: Column, end: number, period: number): number {
  if (end < period - 1) {
    return Number.NaN;
  }
  let sum = 0;
  for (let weight = 1; weight <= period; weight++) {
    sum += weight * (values[end - period + weight] ?? Number.NaN);
  }
  return sum / ((period * (period + 1)) / 2);
}
