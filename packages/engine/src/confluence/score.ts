/** Components rarely agree, so without stretching every score would stay near 50. */
const STRETCH = 1.8;

/** The score of one component or rule from its signal, 0..100. */
export function scoreOf(signal: number): number {
  return 50 + 50 * signal;
}

/** The score of the symbol from W, 0..100: 0, 50 and 100 at W = -1, 0 and 1, steeper in the middle. */
export function stretchedScore(weightedSignal: number): number {
  return 50 + (50 * Math.tanh(STRETCH * weightedSignal)) / Math.tanh(STRETCH);
}

/** From here on a score is bullish, or bearish: the method's bounds. */
export const BULLISH_SCORE = 65;
export const BEARISH_SCORE = 35;

/** A score in one or two words. */
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
