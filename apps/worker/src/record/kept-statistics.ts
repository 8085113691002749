import type { DayStatistics } from "@pulseboard/history";
import { isRecord } from "@pulseboard/runtime";

/** The text that is kept of one day's statistics, at all horizons. */
export function statisticsText(methodHash: string, statistics: readonly DayStatistics[]): string {
  return JSON.stringify({ method_hash: methodHash, statistics });
}

/**
 * Reads what `statisticsText` has written; the chain tells whether it is still what was written.
 *
 * @returns null for another text
 */
export function parseStatistics(text: string): readonly DayStatistics[] | null {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  return isRecord(kept) && Array.isArray(kept.statistics) && kept.statistics.every(isDayStatistics)
    ? kept.statistics
    : null;
}

function isDayStatistics(value: unknown): value is DayStatistics {
  return (
    isRecord(value) &&
    [value.day, value.moments, value.scores].every(Number.isInteger) &&
    typeof value.horizon === "string" &&
    Array.isArray(value.known) &&
    isRecord(value.entries) &&
    [value.entries.next, value.entries.late].every(
      (sums) =>
        isRecord(sums) && [sums.correlations, sums.lines, sums.groups, sums.crowded, sums.directions].every(isRecord),
    )
  );
}
