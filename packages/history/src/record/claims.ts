import { intervalOf, type RatioEstimate } from "./ratio-estimate.ts";
import { RECORD_METHOD } from "./record-method.ts";

/**
 * What may be said of a figure.
 * - `collecting`: nothing yet; `day` of `of` days that count are there
 * - `difference`: its interval over all days lies wholly on one side of what chance gives
 * - `no_difference`: it does not
 */
export type Claim =
  | { readonly kind: "collecting"; readonly day: number; readonly of: number }
  | { readonly kind: "difference"; readonly side: "above" | "below" }
  | { readonly kind: "no_difference" };

/**
 * The probability that the interval behind a claim leaves out: .01 for the figure that was named in advance, and .05 / N for each of
 * the N others, never more than .01 (Bonferroni's correction).
 */
export function claimAlphaOf(isNamed: boolean, others: number): number {
  const { claimAlpha, shownAlpha } = RECORD_METHOD;
  return isNamed ? claimAlpha : Math.min(claimAlpha, shownAlpha / others);
}

/**
 * @param all - Over all days that count; null without any.
 * @param chance - What chance gives: 0.5 for a share, 0 for a correlation.
 * @param minimumDays - Before that nothing is said.
 */
export function claimOf(all: RatioEstimate | null, chance: number, alpha: number, minimumDays: number): Claim {
  const day = all?.days ?? 0;
  if (all === null || day < minimumDays) {
    return { kind: "collecting", day, of: minimumDays };
  }
  const interval = intervalOf(all, alpha);
  if (interval === null || (interval.low <= chance && chance <= interval.high)) {
    return { kind: "no_difference" };
  }
  return { kind: "difference", side: all.ratio > chance ? "above" : "below" };
}
