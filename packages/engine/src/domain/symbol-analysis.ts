import type { MissingReason, Timeframe } from "./symbol-inputs.ts";

export const COMPONENTS = ["technical", "volume", "orderflow", "orderbook", "sentiment", "price_structure"] as const;
export type ComponentName = (typeof COMPONENTS)[number];

/** A raw figure behind a signal. */
export interface Figure {
  /** "rsi", "taker_buy_share". */
  readonly name: string;
  readonly value: number;
  /** "%", "base", "USD", "bp", "ATR", "candles", "deviations" (standard ones), "" for a plain ratio. */
  readonly unit: string;
}

/** A signal with its share of the score, or the reason why there is none. */
export type Reading =
  | {
      readonly signal: number;
      readonly reason: null;
      readonly figures: readonly Figure[];
      /** One sentence built from the figures. */
      readonly sentence: string;
    }
  | {
      readonly signal: null;
      readonly reason: MissingReason;
      readonly figures: readonly Figure[];
      readonly sentence: null;
    };

export interface Weighted {
  /** Weight within its parent as the method states it, before anything is renormalised. */
  readonly weight: number;
  /** Its share of W after all weights; contributions add up to W. 0 when the signal is null. */
  readonly contribution: number;
}

export type TimeframeResult = Reading & Weighted & { readonly timeframe: Timeframe };

export type RuleResult = Reading &
  Weighted & {
    readonly rule: string;
    /** Rests on events that exist or do not, so it may jump (law 7's exception). */
    readonly eventBased: boolean;
    /** Empty for a rule that is not computed per timeframe. */
    readonly timeframes: readonly TimeframeResult[];
  };

export interface ComponentResult extends Weighted {
  readonly component: ComponentName;
  /** -1..1, null when no rule has data. */
  readonly signal: number | null;
  /** 50 + 50 * signal, unrounded. */
  readonly score: number | null;
  readonly reason: MissingReason | null;
  readonly rules: readonly RuleResult[];
  /** One sentence, also when the component is null (then it says what is missing). */
  readonly interpretation: string;
}

/** The four factors of reliability, each 0..1. */
export interface ReliabilityFactors {
  readonly coverage: number;
  readonly freshness: number;
  readonly consensus: number;
  readonly quality: number;
}

/** -1, 0 or +1 of one indicator with the values it looked at; null when there are too few bars. */
export interface IndicatorVote {
  readonly indicator: string;
  readonly vote: -1 | 0 | 1 | null;
  readonly values: readonly Figure[];
}

/** TradingView's technical rating of one timeframe; a mean is null when none of its indicators has enough bars. */
export interface TechnicalRating {
  readonly all: number | null;
  readonly movingAverages: number | null;
  readonly oscillators: number | null;
  readonly label: "Strong Buy" | "Buy" | "Neutral" | "Sell" | "Strong Sell" | null;
  readonly votes: readonly IndicatorVote[];
}

export interface InputStatus {
  /** "candles_1m", "book", "trades" ... */
  readonly input: string;
  readonly asOfMs: number | null;
  readonly ageMs: number | null;
  /** Candles, trades, levels, points. */
  readonly count: number;
  readonly fresh: boolean;
  readonly reason: MissingReason | null;
}

/** The whole explanation of one score. Everything is unrounded; rounding is the document's business. */
export interface SymbolAnalysis {
  readonly symbol: string;
  /** 0..100; null when not one component has data. */
  readonly score: number | null;
  readonly reason: MissingReason | null;
  /** The weighted mean of the components' signals that the score is made of. */
  readonly weightedSignal: number | null;
  /** 0..1. */
  readonly reliability: number;
  readonly reliabilityFactors: ReliabilityFactors;
  readonly components: readonly ComponentResult[];
  readonly interpretation: {
    readonly overall: string;
    readonly actionableInsights: string;
  };
  readonly technicalRating: Readonly<Record<Timeframe, TechnicalRating>>;
  readonly inputs: readonly InputStatus[];
}
