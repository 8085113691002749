/** The direction of a score, its word, and a sign that works without colour. */
export interface ScoreDirection {
  readonly direction: "long" | "short" | "none";
  readonly strength: "clear" | "mild" | "none";
  readonly word: "bullish" | "mildly bullish" | "neutral" | "mildly bearish" | "bearish";
  readonly sign: "▲" | "△" | "·" | "▽" | "▼";
}

const BULLISH: ScoreDirection = { direction: "long", strength: "clear", word: "bullish", sign: "▲" };
const MILDLY_BULLISH: ScoreDirection = { direction: "long", strength: "mild", word: "mildly bullish", sign: "△" };
const NEUTRAL: ScoreDirection = { direction: "none", strength: "none", word: "neutral", sign: "·" };
const MILDLY_BEARISH: ScoreDirection = { direction: "short", strength: "mild", word: "mildly bearish", sign: "▽" };
const BEARISH: ScoreDirection = { direction: "short", strength: "clear", word: "bearish", sign: "▼" };

/**
 * The direction of a score of 0 to 100: bullish from 65, mildly bullish from 55, bearish up to 35, mildly bearish up to
 * 45.
 */
export function directionOf(score: number): ScoreDirection {
  if (score >= 65) {
    return BULLISH;
  }
  if (score >= 55) {
    return MILDLY_BULLISH;
  }
  if (score <= 35) {
    return BEARISH;
  }
  return score <= 45 ? MILDLY_BEARISH : NEUTRAL;
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
