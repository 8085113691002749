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
 * The decision of each day, the first one's first: what was shown stays shown until t is under 1.5.
 *
 * @param days - Sums of rank correlations over moments, of the days that count, in order.
 */
export function gatesByDay(days: readonly DaySum[], horizon: Horizon, minimumDays: number): readonly Gate[] {
  const { lagDays } = RECORD_METHOD.horizons[horizon];
  const limits = RECORD_METHOD.gate;
  let wasShown = false;
  return days.map((_, index) => {
    const count = index + 1;
    if (count < minimumDays) {
      return { shown: false, why: "collecting", t: null, days: count };
    }
    const estimate = estimateRatio(days.slice(Math.max(0, count - limits.days), count), lagDays);
    const t = estimate === null || estimate.deviation === null ? null : estimate.ratio / estimate.deviation;
    const shown = t !== null && t >= (wasShown ? limits.hideBelow : limits.showFrom);
    const isOpposite = t !== null && t <= limits.oppositeTo;
    wasShown = shown;
    return { shown, why: shown ? "record_agrees" : isOpposite ? "record_opposite" : "no_difference", t, days: count };
  });
}

/** The decision of the last day. */
export function gateOf(days: readonly DaySum[], horizon: Horizon, minimumDays: number): Gate {
  return gatesByDay(days, horizon, minimumDays).at(-1) ?? { shown: false, why: "collecting", t: null, days: 0 };
}
