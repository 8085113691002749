import type { LeanScore } from "@pulseboard/snapshot";
import { formats } from "../format/formats.ts";

/** A score of now this far from the published one is shown beside it. */
const APART_POINTS = 15;
/** A price that moved within 5 minutes by more of its own standard deviations than these is said. */
const CRASH_DEVIATIONS = 5;

type Moving = Pick<LeanScore, "score" | "score_now" | "change_5m" | "change_5m_deviations">;

/** "now 48.2" where the score of now is far from the average that is published; null otherwise, and where it is not known. */
export function nowWords({ score, score_now }: Moving): string | null {
  return score_now !== undefined && Math.abs(score_now - score) >= APART_POINTS
    ? `now ${formats.score(score_now)}`
    : null;
}

/** "-5.1% in 5 min" where the price moved beyond the usual: an average over time hides a crash for minutes. */
export function crashWords({ change_5m, change_5m_deviations }: Moving): string | null {
  const isBeyond = Math.abs(change_5m_deviations ?? 0) > CRASH_DEVIATIONS;
  return isBeyond && typeof change_5m === "number" ? `${formats.signedPercent(change_5m, 1)} in 5 min` : null;
}
