/** The history of one score, oldest first. */
export interface ScoreHistory {
  readonly scores: readonly number[];
  /** Unix seconds of each score. */
  readonly atS: readonly number[];
}

/** A history has one point per 15 min. Points further apart than two of these, in seconds, have a gap between them. */
export const HISTORY_GAP_S = 2 * 15 * 60;
