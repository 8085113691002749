import type { Direction, Entry, Horizon } from "./record-method.ts";

/** Sums over the readings of each group by rank, from the lowest to the highest. */
export interface GroupSums {
  readonly readings: readonly number[];
  /** How many of them beat the median; by nothing counts half. */
  readonly beat: readonly number[];
  /** Their relative log returns. */
  readonly returns: readonly number[];
}

/** A sum over moments, of rank correlations. */
export interface MomentSum {
  readonly moments: number;
  readonly readings: number;
  readonly sum: number;
}

/** Sums over the readings beyond a line. */
export interface LineSum {
  /** At which a reading was beyond the line. */
  readonly moments: number;
  readonly readings: number;
  readonly beat: number;
  readonly returns: number;
}

/** The sums that are also kept by the market's direction. */
export interface DirectionStatistics {
  /** By ranked figure. */
  readonly correlations: Readonly<Record<string, MomentSum>>;
  /** By line. */
  readonly lines: Readonly<Record<string, LineSum>>;
}

export interface EntryStatistics extends DirectionStatistics {
  /** Of every score at a moment of the day: with a return, without one; of those with one, how many were delisted before their exit. */
  readonly readings: number;
  readonly missing: number;
  readonly delisted: number;
  /** By ranked figure. */
  readonly groups: Readonly<Record<string, GroupSums>>;
  /** By line, the moments at which more than half of the symbols were beyond it; they are not in `lines`. */
  readonly crowded: Readonly<Record<string, LineSum>>;
  readonly directions: Readonly<Partial<Record<Direction, DirectionStatistics>>>;
}

/** All that the record keeps of one UTC day at one horizon. It is computed once, when the last exit of its moments is due. */
export interface DayStatistics {
  /** Whole days since 1970, of the moments. */
  readonly day: number;
  readonly horizon: Horizon;
  /** With enough scored symbols; all others of the day are missing. */
  readonly moments: number;
  /** Scores at these moments: every one is a reading or missing, with each entry. */
  readonly scores: number;
  /** By input, at how many of these scores it was known. */
  readonly known: readonly number[];
  readonly entries: Readonly<Record<Entry, EntryStatistics>>;
}

export const DAY_MS = 86_400_000;

/** The UTC day of a moment, in whole days since 1970. */
export function dayNumberOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}
