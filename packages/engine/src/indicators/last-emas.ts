import type { Column } from "./columns.ts";

/** The last value of an exponential moving average (see `ema`). */
export function lastEma(values: Column, period: number): number {
  const share = 2 / (period + 1);
  let average = 0;
  for (let i = 0; i < values.length; i++) {
    average += (i < period ? 1 / (i + 1) : share) * ((values[i] ?? Number.NaN) - average);
  }
  return values.length < period ? Number.NaN : average;
}

/**
 * The last values of several exponential moving averages (see `ema`) in one loop, because each of them alone mostly waits for
 * its own step before. NaN where there are fewer values than the period.
 */
export function lastEmas(values: Column, periods: readonly number[]): Column {
  const averages = new Float64Array(periods.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    for (let j = 0; j < averages.length; j++) {
      const period = periods[j] ?? Number.NaN;
      const average = averages[j] ?? Number.NaN;
      averages[j] = average + (i < period ? 1 / (i + 1) : 2 / (period + 1)) * (value - average);
    }
  }
  for (const [j, period] of periods.entries()) {
    if (values.length < period) {
      averages[j] = Number.NaN;
    }
  }
  return averages;
}
