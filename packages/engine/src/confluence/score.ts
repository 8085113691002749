/** How a weighted signal becomes a score, and where a score gets its name. */
export const SCORE = {
  /** Components rarely agree, so without stretching every score would stay near 50. */
  stretch: 1.8,
  /** From here on a score pushes up, or down: `bullish` and `bearish` in the names of fields. */
  bullish: 65,
  bearish: 35,
  /** From here on it is mildly so. */
  mildlyBullish: 55,
  mildlyBearish: 45,
  /** A sentence leaves out a component without which the score would move by less: half of the last digit shown. */
  leastPushPoints: 0.05,
};

/** The score of one component or rule from its signal, 0..100. */
export function scoreOf(signal: number): number {
  return 50 + 50 * signal;
}

/** The score of the symbol from W, 0..100: 0, 50 and 100 at W = -1, 0 and 1, steeper in the middle. */
export function stretchedScore(weightedSignal: number): number {
  return 50 + (50 * Math.tanh(SCORE.stretch * weightedSignal)) / Math.tanh(SCORE.stretch);
}

/**
 * Which way a score pushes, in words. It says nothing about what comes next.
 *
 * @param shown the score as the reader sees it, rounded: the word beside "55.0" is that of 55
 */
export function pushWords(shown: number): string {
  if (shown >= SCORE.bullish) {
    return "pushing up";
  }
  if (shown >= SCORE.mildlyBullish) {
    return "leaning up";
  }
  if (shown <= SCORE.bearish) {
    return "pushing down";
  }
  return shown <= SCORE.mildlyBearish ? "leaning down" : "balanced";
}
