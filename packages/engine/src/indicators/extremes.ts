import { type Column, checkPeriod } from "./columns.ts";

/** The highest of the `period` values that end at index `end`; NaN when one of them is missing. */
export function windowHigh(values: Column, end: number, period: number): number {
  if (end < period - 1) {
    return Number.NaN;
  }
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = end - period + 1; i <= end; i++) {
    highest = Math.max(highest, values[i] ?? Number.NaN);
  }
  return highest;
}

/** The lowest of the `period` values that end at index `end`; NaN when one of them is missing. */
export function windowLow(values: Column, end: number, period: number): number {
  if (end < period - 1) {
    return Number.NaN;
  }
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = end - period + 1; i <= end; i++) {
    lowest = Math.min(lowest, values[i] ?? Number.NaN);
  }
  return lowest;
}

/**
 * The highest of the last `period` values. Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * highest(Float64Array.of(3, 1, 2), 2) // [NaN, 3, 2]
 */
export function highest(values: Column, period: number): Column {
  checkPeriod(period);
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    result[i] = windowHigh(values, i, period);
  }
  return result;
}

/**
 * The lowest of the last `period` values. Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * lowest(Float64Array.of(3, 1, 2), 2) // [NaN, 1, 1]
 */
export function lowest(values: Column, period: number): Column {
  checkPeriod(period);
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    result[i] = windowLow(values, i, period);
  }
  return result;
}
