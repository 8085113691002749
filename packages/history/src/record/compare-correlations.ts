import { type Claim, claimOf } from "./claims.ts";
import type { DayStatistics } from "./day-statistics.ts";
import { figureDays, ofCorrelation } from "./figure-days.ts";
import { estimateDifference, intervalOf } from "./ratio-estimate.ts";
import { type Horizon, RECORD_METHOD } from "./record-method.ts";
import { counted } from "./summarize-record.ts";

export interface CompareOptions {
  /** The rank correlation of `figure` less that of `than`. */
  readonly figure: string;
  readonly than: string;
  readonly horizon: Horizon;
  readonly momentEveryMs: number;
  /** What the interval behind the claim leaves out. */
  readonly alpha: number;
  /** Before that nothing is claimed. */
  readonly minimumDays: number;
}

/** How much more, or less, one figure's order agreed with later returns than another's. */
export interface CorrelationDifference {
  readonly difference: number;
  /** The interval of 95 %; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** On which both have a correlation. */
  readonly days: number;
  /** "above": the figure agreed more. */
  readonly claim: Claim;
}

/**
 * Compares two figures on the same days: what moves both alike on a day takes no part in the deviation of their difference.
 *
 * @param statistics - Of finished days, in order.
 * @returns null without any day on which both have a correlation
 */
export function compareCorrelations(
  statistics: readonly DayStatistics[],
  { figure, than, horizon, momentEveryMs, alpha, minimumDays }: CompareOptions,
): CorrelationDifference | null {
  const days = counted(
    statistics.filter((each) => each.horizon === horizon),
    { momentEveryMs },
  );
  const daysOf = (name: string) => figureDays(days, "next", ({ correlations }) => ofCorrelation(correlations[name]));
  const [first, second] = [daysOf(figure), daysOf(than)];
  const both = new Set(first.map(({ day }) => day).filter((day) => second.some((other) => other.day === day)));
  const onBoth = (some: typeof first) => some.filter(({ day }) => both.has(day));
  const estimate = estimateDifference(onBoth(first), onBoth(second), RECORD_METHOD.horizons[horizon].lagDays);
  if (estimate === null) {
    return null;
  }
  const shown = intervalOf(estimate, RECORD_METHOD.shownAlpha);
  return {
    difference: estimate.ratio,
    low: shown?.low ?? null,
    high: shown?.high ?? null,
    days: estimate.days,
    claim: claimOf(estimate, 0, alpha, minimumDays),
  };
}
