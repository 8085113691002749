import { mean, populationDeviation } from "../indicators/statistics.ts";

const SETTLEMENTS = 90;
const AT_LEAST = 20;

/**
 * How unusual a funding rate is against the symbol's own last 90 settlements, in their standard deviations
 * (count as divisor). Null below 20 settlements or when they are all the same.
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
