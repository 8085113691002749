import { studentBound } from "./student-t.ts";

/** One day's sum over its count: of readings that beat the median, of correlations, or of returns. */
export interface DaySum {
  /** Whole days since 1970. */
  readonly day: number;
  readonly sum: number;
  /** Above 0: a day without any does not count for the figure. */
  readonly count: number;
}

export interface RatioEstimate {
  readonly ratio: number;
  /** Of the ratio; null where it cannot be told: fewer than two days, or days that do not differ. */
  readonly deviation: number | null;
  readonly days: number;
  readonly count: number;
}

/** What a sum of rounding errors may make of days that do not differ, as a share of the ratio. */
const ROUNDING = 1e-12;

/**
 * The ratio of sums over days, and its standard deviation. Days are the blocks, since what happens within one day hangs
 * together: with u_d = B_d - R N_d, the variance is D / (D - 1) * [sum u_d^2 + 2 sum over lags l = 1..L of (1 - l / (L + 1)) sum u_d u_(d-l)]
 * / (sum N)^2, a ratio estimator (Cochran, Sampling Techniques, 1977, 2.11) with the weights of Newey and West (1987) for the
 * lags. A day that is not there enters the lags as u = 0.
 *
 * @param days - That count, in order.
 * @param lagDays - L.
 * @returns null without any day
 */
export function estimateRatio(days: readonly DaySum[], lagDays: number): RatioEstimate | null {
  const total = totalOf(days);
  if (total.count === 0) {
    return null;
  }
  const ratio = total.sum / total.count;
  const influences = days.map(({ day, sum, count }) => ({ day, value: (sum - ratio * count) / total.count }));
  return { ratio, deviation: deviationOf(influences, lagDays, ratio), days: days.length, count: total.count };
}

/**
 * The difference of two ratios, and its standard deviation by the same formula, with the difference of both u_d / sum N.
 *
 * @returns null where one of them has no day; `count` is that of both
 */
export function estimateDifference(
  days: readonly DaySum[],
  less: readonly DaySum[],
  lagDays: number,
): RatioEstimate | null {
  const first = totalOf(days);
  const second = totalOf(less);
  if (first.count === 0 || second.count === 0) {
    return null;
  }
  const ratios = [first.sum / first.count, second.sum / second.count] as const;
  const byDay = new Map<number, number>();
  const add = (day: number, value: number) => byDay.set(day, (byDay.get(day) ?? 0) + value);
  for (const { day, sum, count } of days) {
    add(day, (sum - ratios[0] * count) / first.count);
  }
  for (const { day, sum, count } of less) {
    add(day, -(sum - ratios[1] * count) / second.count);
  }
  const influences = [...byDay].map(([day, value]) => ({ day, value })).sort((a, b) => a.day - b.day);
  return {
    ratio: ratios[0] - ratios[1],
    deviation: deviationOf(influences, lagDays, Math.max(Math.abs(ratios[0]), Math.abs(ratios[1]))),
    days: influences.length,
    count: first.count + second.count,
  };
}

/** The ends of the interval that leaves out `alpha`; null where there is no deviation. */
export function intervalOf(
  { ratio, deviation, days }: RatioEstimate,
  alpha: number,
): { readonly low: number; readonly high: number } | null {
  if (deviation === null) {
    return null;
  }
  const reach = studentBound(days - 1, alpha) * deviation;
  return { low: ratio - reach, high: ratio + reach };
}

function totalOf(days: readonly DaySum[]): { readonly sum: number; readonly count: number } {
  let sum = 0;
  let count = 0;
  for (const day of days) {
    sum += day.sum;
    count += day.count;
  }
  return { sum, count };
}

interface Influence {
  readonly day: number;
  /** u_d / sum N. */
  readonly value: number;
}

function deviationOf(influences: readonly Influence[], lagDays: number, size: number): number | null {
  const count = influences.length;
  if (count < 2) {
    return null;
  }
  let variance = 0;
  for (const [index, { day, value }] of influences.entries()) {
    variance += value * value;
    // Days are in order: those within reach lie directly before.
    for (let before = index - 1; before >= 0; before -= 1) {
      const earlier = influences[before];
      const lag = earlier === undefined ? Number.POSITIVE_INFINITY : day - earlier.day;
      if (earlier === undefined || lag > lagDays) {
        break;
      }
      variance += 2 * (1 - lag / (lagDays + 1)) * value * earlier.value;
    }
  }
  const deviation = Math.sqrt(Math.max(0, (variance * count) / (count - 1)));
  return deviation <= ROUNDING * Math.abs(size) ? null : deviation;
}
