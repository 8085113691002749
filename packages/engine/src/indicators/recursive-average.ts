import { type Column, checkPeriod, firstKnown } from "./columns.ts";

/**
 * A moving average that takes `share` of the distance to each new value, written into a column that is given. It begins with the
 * simple average of its first `period` known values, to which the n-th value adds 1/n of its distance.
 *
 * Loops of other indicators have the same line: V8 does not always inline a function, and allocates what it returns.
 */
export function recursiveAverageInto(result: Column, values: Column, period: number, share: number): Column {
  checkPeriod(period);
  const start = firstKnown(values);
  result.fill(Number.NaN, 0, start);
  let average = 0;
  for (let i = start; i < values.length; i++) {
    const count = i - start + 1;
    average += (count > period ? share : 1 / count) * ((values[i] ?? Number.NaN) - average);
    result[i] = count < period ? Number.NaN : average;
  }
  return result;
}
