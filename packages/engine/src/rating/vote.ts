import type { Candles } from "../domain/market-data.ts";
import type { Figure, IndicatorVote } from "../domain/symbol-analysis.ts";
import { newestCandles } from "../indicators/slice-candles.ts";

/** An indicator of the rating: how many bars it needs, and when it votes which way on the last one. */
export interface Voter {
  readonly indicator: string;
  readonly minBars: number;
  /** Everything before the last `minBars` bars makes no difference; averages that never quite forget are not windowed. */
  readonly windowed?: boolean;
  readonly look: (bars: Candles) => Look;
}

export interface Look {
  /** Conditions on NaN (a range of zero) are false, as on the platform: then the vote is 0. */
  readonly buy: boolean;
  readonly sell: boolean;
  readonly values: readonly Figure[];
}

/** The indicator's vote on the last bar; null when there are too few bars. */
export function castVote({ indicator, minBars, windowed, look }: Voter, bars: Candles): IndicatorVote {
  if (bars.close.length < minBars) {
    return { indicator, vote: null, values: [] };
  }
  const { buy, sell, values } = look(windowed ? newestCandles(bars, minBars) : bars);
  const against = sell ? -1 : 0;
  return { indicator, vote: buy ? 1 : against, values: values.filter(({ value }) => Number.isFinite(value)) };
}
