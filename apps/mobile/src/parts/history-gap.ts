/** A score's history has a point per 15 min. What lies further apart than two of these, in seconds, is a gap and not a line. */
export const HISTORY_GAP_S = 2 * 15 * 60;
