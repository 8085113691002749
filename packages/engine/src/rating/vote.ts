import { newestCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import type { Figure, IndicatorVote } from "../domain/symbol-analysis.ts";

/** An indicator of the rating: how many bars it needs, and how it votes on the last one. */
export interface Voter {
  readonly indicator: string;
  readonly minBars: number;
  /** Only the last `minBars` bars matter. Not true of recursive averages, which never quite forget. */
  readonly windowed?: boolean;
  readonly evaluate: (bars: Candles) => VoteConditions;
}

export interface VoteConditions {
  /** A comparison with NaN (from a range of zero) is false, as on the platform, so the vote is 0. */
  readonly buy: boolean;
  readonly sell: boolean;
  readonly values: readonly Figure[];
}

/** The indicator's vote on the last bar; null when there are too few bars. */
export function castVote({ indicator, minBars, windowed, evaluate }: Voter, bars: Candles): IndicatorVote {
  if (bars.close.length < minBars) {
    return { indicator, vote: null, values: [] };
  }
  const { buy, sell, values } = evaluate(windowed ? newestCandles(bars, minBars) : bars);
  const against = sell ? -1 : 0;
  return { indicator, vote: buy ? 1 : against, values: values.filter(({ value }) => Number.isFinite(value)) };
}
