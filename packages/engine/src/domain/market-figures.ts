import type { Ticker } from "./market-data.ts";
import type { MissingReason } from "./symbol-inputs.ts";

/** How many symbols rose and fell over 24 h. A symbol whose change is unknown is not counted. */
export interface Breadth {
  readonly advancing: number;
  readonly declining: number;
  readonly flat: number;
  /** advancing / (advancing + declining) * 100; null when there are none. */
  readonly advancingPercent: number | null;
  readonly sentiment: "bullish" | "bearish" | "neutral" | null;
}

/** Figures of the market that need nothing but tickers. */
export interface MarketFigures {
  readonly breadth: Breadth;
  /** 50 + 50 * (advancing - declining) / (advancing + declining + 1); null when there are none. */
  readonly trendStrength: number | null;
  /** Cross-sectional standard deviation of 24 h changes, each clipped to +-30 %, in %. */
  readonly dispersionPercent: number | null;
  /** Mean 24 h change, %, not clipped. */
  readonly averageChangePercent: number | null;
  readonly totalTurnover24hUsd: number | null;
}

export interface Movers {
  readonly gainers: readonly Ticker[];
  readonly losers: readonly Ticker[];
}

export interface PerpsFigures {
  /** Fraction per 8 h, weighted by open interest in USD. */
  readonly fundingRate8h: number | null;
  readonly openInterestUsd: number | null;
  /** Distance of mark from index, % of the index, weighted by open interest. */
  readonly basisPercent: number | null;
  readonly turnover24hUsd: number | null;
  /** Number of symbols whose open interest is known. */
  readonly contractCount: number;
}

export interface RealisedVolatility {
  readonly annualisedPercent: number;
  readonly dailyPercent: number;
}

export interface RegimeInput {
  /** Published W (-1..1) of all scored symbols. */
  readonly weightedSignals: readonly number[];
  /** The mean of those at moments a quarter of an hour apart, of the last 7 days. */
  readonly samples: readonly number[];
  readonly breadth: Breadth;
  readonly dispersionPercent: number | null;
  /** 0..100, null when unknown. */
  readonly fearGreedValue: number | null;
  /** Change of BTC dominance over 24 h in points, from one and the same source; null when unknown. */
  readonly btcDominanceChange24h: number | null;
}

export type Regime =
  | {
      readonly known: true;
      readonly category: string;
      readonly label: string;
      /** Mean W of the scored symbols. */
      readonly meanSignal: number;
      /** That mean in deviations of its own last 7 days, about 0. */
      readonly z: number;
    }
  | { readonly known: false; readonly reason: MissingReason | "warming_up" };
