import { type Column, checkPeriod } from "./columns.ts";
import { wmaAt } from "./wma.ts";

/**
 * Hull moving average (Alan Hull, 2005): WMA(2 WMA(n / 2) - WMA(n)) over sqrt(n), in the unit of the values; n / 2 and sqrt(n)
 * are rounded down. Warm-up: the first period + floor(sqrt(period)) - 2 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 2.
 * @example
 * hma(Float64Array.of(1, 2, 3, 5, 8, 13), 4) // [NaN, NaN, NaN, NaN, 7.42, 12.01]
 */
export function hma(values: Column, period: number): Column {
  checkPeriod(period, 2);
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    result[i] = hmaAt(values, i, period);
  }
  return result;
}

/** The average at index `end`. */
export function hmaAt(values: Column, end: number, period: number): number {
  const smoothing = Math.floor(Math.sqrt(period));
  if (end < period + smoothing - 2) {
    return Number.NaN;
  }
  let sum = 0;
  for (let weight = 1; weight <= smoothing; weight++) {
    const i = end - smoothing + weight;
    sum += weight * (2 * wmaAt(values, i, Math.floor(period / 2)) - wmaAt(values, i, period));
  }
  return sum / ((smoothing * (smoothing + 1)) / 2);
}
