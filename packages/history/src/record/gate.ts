import { type DaySum, estimateRatio } from "./ratio-estimate.ts";
import { type Horizon, RECORD_METHOD } from "./record-method.ts";

/**
 * Whether a figure may be shown, by its own record.
 * - `collecting`: fewer days than the minimum
 * - `no_difference`: its rank correlation with returns is too near to 0
 * - `record_opposite`: returns went against it
 * - `record_agrees`: it is shown
 */
export interface Gate {
  readonly shown: boolean;
  readonly why: "collecting" | "no_difference" | "record_opposite" | "record_agrees";
  /** Its mean correlation in standard deviations; null before the minimum, or where there is no deviation. */
  readonly t: number | null;
  readonly days: number;
}

/**
 * Decides once for each day, from the first one on, since what was shown stays shown until t is under 1.5.
 *
 * @param days - Of the sums of rank correlations over moments; those that count, in order.
 */
export function decideGate(days: readonly DaySum[], horizon: Horizon, minimumDays: number): Gate {
  const { lagDays } = RECORD_METHOD.horizons[horizon];
  const limits = RECORD_METHOD.gate;
  let gate: Gate = { shown: false, why: "collecting", t: null, days: days.length };
  for (let count = Math.max(1, minimumDays); count <= days.length; count += 1) {
    const estimate = estimateRatio(days.slice(Math.max(0, count - limits.days), count), lagDays);
    const t = estimate === null || estimate.deviation === null ? null : estimate.ratio / estimate.deviation;
    const shown = t !== null && t >= (gate.shown ? limits.hideBelow : limits.showFrom);
    const isOpposite = t !== null && t <= limits.oppositeTo;
    const why = shown ? "record_agrees" : isOpposite ? "record_opposite" : "no_difference";
    gate = { shown, why, t, days: days.length };
  }
  return gate;
}
