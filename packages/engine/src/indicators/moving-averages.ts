import { at, type Column, checkPeriod, columnOf, commonLength, firstKnown } from "./columns.ts";

/**
 * The sum of the `period` values that end at index `end`; NaN when one of them is missing. Summed again each time, so that
 * no rounding or NaN accumulates.
 */
export function windowSum(values: ArrayLike<number>, end: number, period: number): number {
  if (end < period - 1) {
    return Number.NaN;
  }
  let sum = 0;
  for (let i = end - period + 1; i <= end; i++) {
    sum += at(values, i);
  }
  return sum;
}

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
  return columnOf(values.length, (i) => windowSum(values, i, period) / period);
}

/**
 * Exponential moving average: smoothing 2 / (period + 1), started with the simple average of the first `period` values, in
 * the unit of the values. Warm-up: the first period - 1 values are NaN; after 3 periods the start value has faded to 0.2 %.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * ema(Float64Array.of(1, 2, 3, 5), 3) // [NaN, NaN, 2, 3.5]
 */
export function ema(values: Column, period: number): Column {
  return smoothed(values, period, 2 / (period + 1));
}

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
  return smoothed(values, period, 1 / period);
}

function smoothed(values: Column, period: number, share: number): Column {
  checkPeriod(period);
  const result = new Float64Array(values.length).fill(Number.NaN);
  const seed = firstKnown(values) + period - 1;
  if (seed >= values.length) {
    return result;
  }
  let average = windowSum(values, seed, period) / period;
  result[seed] = average;
  for (let i = seed + 1; i < values.length; i++) {
    average += share * (at(values, i) - average);
    result[i] = average;
  }
  return result;
}

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
  const total = (period * (period + 1)) / 2;
  return columnOf(values.length, (i) => {
    if (i < period - 1) {
      return Number.NaN;
    }
    let sum = 0;
    for (let weight = 1; weight <= period; weight++) {
      sum += weight * at(values, i - period + weight);
    }
    return sum / total;
  });
}

/**
 * Hull moving average (Alan Hull, 2005): WMA(2 WMA(n / 2) - WMA(n)) over sqrt(n), in the unit of the values; n / 2 is rounded
 * down and sqrt(n) to the nearest. Warm-up: the first period + round(sqrt(period)) - 2 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 2.
 * @example
 * hma(Float64Array.of(1, 2, 3, 5, 8, 13), 4) // [NaN, NaN, NaN, NaN, 7.42, 12.01]
 */
export function hma(values: Column, period: number): Column {
  checkPeriod(period, 2);
  const half = wma(values, Math.floor(period / 2));
  const whole = wma(values, period);
  const sharpened = columnOf(values.length, (i) => 2 * at(half, i) - at(whole, i));
  return wma(sharpened, Math.round(Math.sqrt(period)));
}

/**
 * Volume-weighted moving average of the close, in price; NaN where nothing was traded in the window.
 * Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * vwma({ close: Float64Array.of(1, 2, 5), volumeBase: Float64Array.of(1, 1, 2) }, 2) // [NaN, 1.5, 4]
 */
export function vwma(columns: { readonly close: Column; readonly volumeBase: Column }, period: number): Column {
  checkPeriod(period);
  const { close, volumeBase } = columns;
  const traded = columnOf(commonLength({ close, volumeBase }), (i) => at(close, i) * at(volumeBase, i));
  return columnOf(close.length, (i) => windowSum(traded, i, period) / windowSum(volumeBase, i, period));
}
