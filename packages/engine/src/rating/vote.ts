import type { Figure, IndicatorVote } from "../domain/symbol-analysis.ts";
import type { HighLowCloseVolume } from "../indicators/columns.ts";

/** An indicator of the rating: how many bars it needs, and how it votes on the last one. */
export interface Voter {
  readonly indicator: string;
  /** Read at each vote, as the constants are. */
  readonly minBars: () => number;
  /** `end` is the index of the last bar. */
  readonly evaluate: (bars: HighLowCloseVolume, end: number) => VoteConditions;
}

export interface VoteConditions {
  /** A comparison with NaN (from a range of zero) is false, as on the platform, so the vote is 0. */
  readonly buy: boolean;
  readonly sell: boolean;
  readonly values: readonly Figure[];
}

/** The indicator's vote on the last bar; null when there are too few bars. */
export function castVote({ indicator, minBars, evaluate }: Voter, bars: HighLowCloseVolume): IndicatorVote {
  if (bars.close.length < minBars()) {
    return { indicator, vote: null, values: [] };
  }
  const { buy, sell, values } = evaluate(bars, bars.close.length - 1);
  const against = sell ? -1 : 0;
  return { indicator, vote: buy ? 1 : against, values: values.every(isKnown) ? values : values.filter(isKnown) };
}

function isKnown({ value }: Figure): boolean {
  return Number.isFinite(value);
}
