/** The method's rules on positioning and open interest, written again from docs/methodology.md. */
import { deviation, item, mean, newest, type OwnCandles, squash } from "./own-indicators.mts";
import type { Expected } from "./rule-readings.mts";

const BP = 10_000;
const LEAST_DEVIATION_BP = 0.5;
const LEAST_RATIO_DEVIATION = 0.02;

/** @param settled fractions per 8 h, oldest first @param current the same, as the ticker has it */
export function fundingReading(settled: readonly number[], current: number): Expected {
  const rates = settled.map((rate) => rate * BP);
  const score = (current * BP - mean(rates)) / Math.max(deviation(rates), LEAST_DEVIATION_BP);
  return {
    signal: -squash(score, 1.5),
    figures: { funding_rate_8h: current * BP, mean: mean(rates), z_score: score },
  };
}

/** @param longShares of accounts, hourly, oldest first */
export function longShortReading(longShares: readonly number[]): Expected {
  const ratios = longShares.map((share) => Math.log(share / (1 - share)));
  const score = (newest(ratios) - mean(ratios)) / Math.max(deviation(ratios), LEAST_RATIO_DEVIATION);
  return { signal: -squash(score, 1.5), figures: { long_share: newest(longShares) * 100, z_score: score } };
}

export function basisReading(mark: number, index: number): Expected {
  const basis = (mark / index - 1) * BP;
  return { signal: -squash(basis, 10), figures: { basis } };
}

/** @param interest every 5 min over the last hour, oldest first */
export function openInterestReading(interest: readonly number[], { close, softening }: OwnCandles): Expected {
  const change = (newest(interest) / item(interest, 0) - 1) * 100;
  const recent = close.slice(-500);
  const moves = recent.slice(12).map((value, index) => value - item(recent, index));
  const move = newest(moves) / (deviation(moves) + softening);
  return {
    signal: squash(move, 1) * (0.7 + 0.3 * squash(change, 1)),
    figures: { move_1h: move, open_interest_change_1h: change },
  };
}
