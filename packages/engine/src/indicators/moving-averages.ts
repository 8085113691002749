import { at, type Column, columnOf, firstKnown } from "./columns.ts";

/** Sum of the `period` values that end at `end`. Summed afresh each time, so that nothing drifts or stays NaN. */
export function windowSum(values: ArrayLike<number>, end: number, period: number): number {
  let sum = 0;
  for (let i = end - period + 1; i <= end; i++) {
    sum += at(values, i);
  }
  return sum;
}

/** Simple moving average. */
export function sma(values: Column, period: number): Column {
  return columnOf(values.length, (i) => windowSum(values, i, period) / period);
}

/** Exponential moving average, smoothing 2 / (period + 1), started with the simple average of the first `period`. */
export function ema(values: Column, period: number): Column {
  return smoothed(values, period, 2 / (period + 1));
}

/** Wilder's average (SMMA, RMA): smoothing 1 / period, started with the simple average of the first `period`. */
export function wilderAverage(values: Column, period: number): Column {
  return smoothed(values, period, 1 / period);
}

function smoothed(values: Column, period: number, share: number): Column {
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

/** Linearly weighted moving average: the newest value weighs `period`, the oldest 1. */
export function wma(values: Column, period: number): Column {
  const total = (period * (period + 1)) / 2;
  return columnOf(values.length, (i) => {
    let sum = 0;
    for (let weight = 1; weight <= period; weight++) {
      sum += weight * at(values, i - period + weight);
    }
    return sum / total;
  });
}

/** Alan Hull's moving average: WMA(2 WMA(n / 2) - WMA(n)) over sqrt(n). */
export function hullMovingAverage(values: Column, period: number): Column {
  const half = wma(values, Math.floor(period / 2));
  const whole = wma(values, period);
  const sharpened = columnOf(values.length, (i) => 2 * at(half, i) - at(whole, i));
  return wma(sharpened, Math.round(Math.sqrt(period)));
}

/** Volume-weighted moving average; NaN where nothing was traded. */
export function vwma(values: Column, volume: Column, period: number): Column {
  const traded = columnOf(values.length, (i) => at(values, i) * at(volume, i));
  return columnOf(values.length, (i) => windowSum(traded, i, period) / windowSum(volume, i, period));
}
