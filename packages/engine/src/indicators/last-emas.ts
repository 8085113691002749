import type { Column } from "./columns.ts";
import { nextAverage } from "./recursive-average.ts";

/** The last value of an exponential moving average (see `ema`). */
export function lastEma(values: Column, period: number): number {
  let average = 0;
  for (let i = 0; i < values.length; i++) {
    average = nextAverage(average, values[i] ?? Number.NaN, i + 1, period, 2 / (period + 1));
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
      averages[j] = nextAverage(averages[j] ?? Number.NaN, value, i + 1, period, 2 / (period + 1));
    }
  }
  for (const [j, period] of periods.entries()) {
    if (values.length < period) {
      averages[j] = Number.NaN;
    }
  }
  return averages;
}
