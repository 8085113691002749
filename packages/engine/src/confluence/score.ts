/** How far W is stretched: components rarely agree, so W alone would keep every score near 50. */
const STRETCH = 1.8;

/** Score of one signal, 0..100. */
export function scoreOf(signal: number): number {
  return 50 + 50 * signal;
}

/** Score of the symbol from W, 0..100: 0, 50 and 100 where W is -1, 0 and 1, steeper in the middle. */
export function stretchedScore(weightedSignal: number): number {
  return 50 + (50 * Math.tanh(STRETCH * weightedSignal)) / Math.tanh(STRETCH);
}

/** The method's bounds of a bullish and a bearish score. */
export const BULLISH_SCORE = 65;
export const BEARISH_SCORE = 35;

/** A score in a word or two. */
export function bias(score: number): string {
  if (score >= BULLISH_SCORE) {
    return "bullish";
  }
  if (score >= 55) {
    return "mildly bullish";
  }
  if (score <= BEARISH_SCORE) {
    return "bearish";
  }
  return score <= 45 ? "mildly bearish" : "neutral";
}
