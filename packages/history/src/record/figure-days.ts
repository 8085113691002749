import type { DayStatistics, EntryStatistics, GroupSums, LineSum, MomentSum } from "./day-statistics.ts";
import { type DaySum, estimateDifference, estimateRatio, intervalOf, type RatioEstimate } from "./ratio-estimate.ts";
import { type Entry, type Horizon, RECORD_METHOD } from "./record-method.ts";
import type { Estimate } from "./summary.ts";

/** A day's sum for one figure, and what it rests on. */
export interface FigureDay extends DaySum {
  readonly moments: number;
  readonly readings: number;
}

/** The days on which there is something of a figure. */
export function figureDays(
  days: readonly DayStatistics[],
  entry: Entry,
  pick: (sums: EntryStatistics) => Omit<FigureDay, "day"> | null,
): readonly FigureDay[] {
  return days.flatMap(({ day, entries }) => {
    const picked = pick(entries[entry]);
    return picked === null || picked.count === 0 ? [] : [{ day, ...picked }];
  });
}

export function ofCorrelation(sum: MomentSum | undefined): Omit<FigureDay, "day"> | null {
  return sum === undefined ? null : { ...sum, count: sum.moments };
}

/** The share that beat the median. */
export function ofShare(sum: LineSum | undefined): Omit<FigureDay, "day"> | null {
  return sum === undefined ? null : { ...sum, sum: sum.beat, count: sum.readings };
}

/** The mean relative return. */
export function ofReturns(sum: LineSum | undefined): Omit<FigureDay, "day"> | null {
  return sum === undefined ? null : { ...sum, sum: sum.returns, count: sum.readings };
}

/** A group counts no moments of its own: they are those of its figure. */
export function ofGroup(
  sums: GroupSums | undefined,
  group: number,
  value: "beat" | "returns",
): Omit<FigureDay, "day"> | null {
  const readings = sums?.readings[group] ?? 0;
  return readings === 0 ? null : { sum: sums?.[value][group] ?? 0, count: readings, moments: 0, readings };
}

export function estimate(days: readonly FigureDay[], horizon: Horizon): Estimate | null {
  const ratio = estimateRatio(days, RECORD_METHOD.horizons[horizon].lagDays);
  return ratio === null ? null : shown(ratio, days);
}

export function difference(top: readonly FigureDay[], bottom: readonly FigureDay[], horizon: Horizon): Estimate | null {
  const ratio = estimateDifference(top, bottom, RECORD_METHOD.horizons[horizon].lagDays);
  return ratio === null ? null : shown(ratio, [...top, ...bottom]);
}

function shown(ratio: RatioEstimate, days: readonly FigureDay[]): Estimate {
  const interval = intervalOf(ratio, RECORD_METHOD.shownAlpha);
  return {
    ratio: ratio.ratio,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    days: ratio.days,
    moments: days.reduce((sum, { moments }) => sum + moments, 0),
    readings: days.reduce((sum, { readings }) => sum + readings, 0),
  };
}
