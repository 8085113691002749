import { type Column, checkPeriod } from "./columns.ts";

/**
 * Momentum: the change against the value `period` candles earlier, in the unit of the values.
 * Warm-up: the first `period` values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * momentum(Float64Array.of(1, 2, 4, 3), 2) // [NaN, NaN, 3, 1]
 */
export function momentum(values: Column, period: number): Column {
  checkPeriod(period);
  const result = new Float64Array(values.length).fill(Number.NaN, 0, period);
  for (let i = period; i < values.length; i++) {
    result[i] = (values[i] ?? Number.NaN) - (values[i - period] ?? Number.NaN);
  }
  return result;
}
