import { type Column, checkPeriod, firstKnown } from "./columns.ts";

/**
 * One step of a moving average that takes `share` of the distance to each new value, and starts with the simple average of its
 * first `period` values.
 *
 * @param average The result of the step before; 0 at first.
 * @param count How many values there are with this one.
 * @returns the average, or, as long as `count` is below the period, the sum so far.
 */
export function nextAverage(average: number, value: number, count: number, period: number, share: number): number {
  if (count > period) {
    return average + share * (value - average);
  }
  return count === period ? (average + value) / period : average + value;
}

/** The moving average of a column from its first known value on, written into a column that is given. */
export function recursiveAverageInto(result: Column, values: Column, period: number, share: number): Column {
  checkPeriod(period);
  const start = firstKnown(values);
  result.fill(Number.NaN, 0, start);
  let average = 0;
  for (let i = start; i < values.length; i++) {
    const count = i - start + 1;
    average = nextAverage(average, values[i] ?? Number.NaN, count, period, share);
    result[i] = count < period ? Number.NaN : average;
  }
  return result;
}
