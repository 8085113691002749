import type { LeanScore, PageSnapshot } from "@pulseboard/snapshot";
import { formats } from "../format/formats.ts";
import { sectionAgeS } from "./section-age.ts";

/** The direction of a score, its word, and a sign that works without colour. */
export interface ScoreDirection {
  readonly direction: "long" | "short" | "none";
  readonly strength: "clear" | "mild" | "none";
  readonly word: "pushing up" | "leaning up" | "balanced" | "leaning down" | "pushing down";
  readonly sign: "▲" | "△" | "·" | "▽" | "▼";
}

const NEUTRAL: ScoreDirection = { direction: "none", strength: "none", word: "balanced", sign: "·" };

/**
 * Which way a score of 0 to 100 pushes: up from 65, leaning up from 55, down up to 35, leaning down up to 45. It goes by the
 * score as it is shown (one decimal, half up of the two that documents have), so that no "55.0" is balanced.
 */
export function directionOf(exact: number): ScoreDirection {
  const score = Math.round(Math.round(100 * exact) / 10) / 10;
  const distance = Math.abs(score - 50);
  if (distance < 5) {
    return NEUTRAL;
  }
  const isClear = distance >= 15;
  const strength = isClear ? "clear" : "mild";
  const verb = isClear ? "pushing" : "leaning";
  return score > 50
    ? { direction: "long", strength, word: `${verb} up`, sign: isClear ? "▲" : "△" }
    : { direction: "short", strength, word: `${verb} down`, sign: isClear ? "▼" : "▽" };
}

/**
 * The direction of a formatted figure by its written sign, so that colour and sign always agree: a figure that rounds
 * to 0.00 has neither. Languages write minus in two ways.
 */
export function signDirection(text: string): ScoreDirection["direction"] {
  if (/[+▲]/.test(text)) {
    return "long";
  }
  return /[-\u2212▼]/.test(text) ? "short" : "none";
}

/** A score of now this far from the published one is shown beside it. */
const APART_POINTS = 15;
/** A price that moved within 5 minutes by more of its own standard deviations than these is said. */
const CRASH_DEVIATIONS = 5;

type Moving = Pick<LeanScore, "score" | "score_now" | "change_5m" | "change_5m_deviations">;

/** The score of now, "48.2", where it is far from the average that is published; null otherwise, and where it is not known. */
export function farNow({ score, score_now = score }: Moving): string | null {
  // Both have two decimals: compared in hundredths, as 64.1 - 49.1 is a little less than 15 in binary.
  const apart = Math.abs(Math.round(100 * (score_now - score)));
  return apart >= 100 * APART_POINTS ? formats.score(score_now) : null;
}

/** The change within 5 min, "-5.1%", where it is beyond the usual: an average over time hides a crash for minutes. */
export function suddenChange({ change_5m = null, change_5m_deviations }: Moving): string | null {
  if (change_5m === null || Math.abs(change_5m_deviations ?? 0) <= CRASH_DEVIATIONS) {
    return null;
  }
  const text = formats.signedPercent(change_5m, 1);
  // Of a price that hardly ever moves, the smallest step is beyond the usual: "0.0%" is nothing to say.
  return signDirection(text) === "none" ? null : text;
}

/** What else a row says of its score: "now 48.2, -5.1% in 5 min"; empty where there is nothing to say. */
export function besideWords(row: Moving): string {
  const [now, change] = [farNow(row), suddenChange(row)];
  return [now && `now ${now}`, change && `${change} in 5 min`].filter(Boolean).join(", ");
}

/** From this age on, s, a move was not within the last 5 min, and a score of then is not that of now. */
const NOT_NOW_S = 300;

/** Carried over for more than so many periods, they are not either: as the worker counts. */
const LAST_PERIODS = 3;

/** Whether the scores speak of now: those carried over for long, and those of a snapshot that has grown old, do not. */
export function isOfNow(snapshot: Pick<PageSnapshot, "sections" | "timestamp" | "period_ms">, nowS: number): boolean {
  const ageS = sectionAgeS(snapshot, "scores", nowS) ?? 0;
  const isCarriedOver = snapshot.sections.scores.stale && ageS * 1000 > LAST_PERIODS * snapshot.period_ms;
  return ageS < NOT_NOW_S && !isCarriedOver;
}
