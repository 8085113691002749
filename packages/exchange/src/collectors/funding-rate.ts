import type { Point } from "../gateway/exchange-api.ts";

const HOUR_MS = 3_600_000;
/** The longest interval between two settlements; more time than this is a gap in the history. */
const LONGEST_INTERVAL_HOURS = 8;

/** A rate per interval as a fraction per 8 h; null when either is unknown. */
export function normaliseFunding(rate: number | null, intervalHours: number | null): number | null {
  return rate === null || intervalHours === null ? null : (rate * 8) / intervalHours;
}

/**
 * Settled rates per 8 h. A contract's interval changes over time (8 h, 4 h, 1 h), so each rate is normalised by the
 * time since the settlement before it; the first one, and one after a gap, by the contract's current interval.
 *
 * @param points Rates per settlement, oldest first.
 * @param intervalHours The current interval; null when unknown, and then the rates that depend on it are left out.
 */
export function settledFunding8h(points: readonly Point[], intervalHours: number | null): readonly Point[] {
  return points.flatMap(({ timeMs, value }, index) => {
    const previousMs = points[index - 1]?.timeMs;
    const rate8h = normaliseFunding(value, intervalSince(previousMs, timeMs) ?? intervalHours);
    return rate8h === null ? [] : [{ timeMs, value: rate8h }];
  });
}

/** The interval in whole hours; null when it is not a possible one. Settlements are stamped on the hour, give or take a moment. */
function intervalSince(previousMs: number | undefined, timeMs: number): number | null {
  if (previousMs === undefined) {
    return null;
  }
  const hours = Math.round((timeMs - previousMs) / HOUR_MS);
  return hours >= 1 && hours <= LONGEST_INTERVAL_HOURS ? hours : null;
}
