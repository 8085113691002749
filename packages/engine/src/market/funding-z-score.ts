import { mean, populationDeviation } from "../indicators/statistics.ts";

const SETTLEMENTS = 90;
const AT_LEAST = 20;

/**
 * The z-score of a funding rate against the symbol's own last 90 settlements, in their standard deviations (count as
 * divisor). Null with fewer than 20 settlements, or when all are equal.
 *
 * @param settledRates8h Fractions per 8 h, oldest first.
 * @param currentRate8h Fraction per 8 h.
 */
export function fundingZScore(settledRates8h: readonly number[] | Float64Array, currentRate8h: number): number | null {
  const recent = settledRates8h.slice(-SETTLEMENTS);
  if (recent.length < AT_LEAST) {
    return null;
  }
  const centre = mean(recent);
  const deviation = populationDeviation(recent);
  if (centre === null || deviation === null || deviation === 0) {
    return null;
  }
  return (currentRate8h - centre) / deviation;
}
