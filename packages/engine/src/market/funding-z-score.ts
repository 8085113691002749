import { checkNumber, FINITE } from "../checks/check-columns.ts";
import { mean, populationDeviation } from "../indicators/statistics.ts";

const SETTLEMENTS = 90;
const AT_LEAST = 20;
/** Rates that differ by less than this share of theirs are equal but for rounding. */
const ROUNDING = 1e-12;

/**
 * The z-score of a funding rate against the symbol's own last 90 settlements, in their standard deviations (count as
 * divisor). Null with fewer than 20 settlements, or when all are equal.
 *
 * @param settledRates8h Fractions per 8 h, oldest first.
 * @param currentRate8h Fraction per 8 h.
 * @throws EngineInputError for a rate that is not a finite number
 */
export function fundingZScore(settledRates8h: readonly number[] | Float64Array, currentRate8h: number): number | null {
  checkNumber("currentRate8h", currentRate8h, FINITE);
  const recent = settledRates8h.slice(-SETTLEMENTS);
  if (recent.length < AT_LEAST) {
    return null;
  }
  for (const [index, rate] of recent.entries()) {
    checkNumber(`settledRates8h.slice(-${SETTLEMENTS})[${index}]`, rate, FINITE);
  }
  const centre = mean(recent);
  const deviation = populationDeviation(recent);
  if (centre === null || deviation === null || deviation <= ROUNDING * Math.abs(centre)) {
    return null;
  }
  return (currentRate8h - centre) / deviation;
}
