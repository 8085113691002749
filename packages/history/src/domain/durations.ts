/** All times of history, ms. */
export interface HistoryDurations {
  /** Deadline of one step on the disk. */
  readonly diskMs: number;
  /** From when a writer that does not answer counts as alive: only the system tells that nobody listens. */
  readonly lockMs: number;
}

export const HISTORY_DURATIONS: HistoryDurations = { diskMs: 4000, lockMs: 1000 };
