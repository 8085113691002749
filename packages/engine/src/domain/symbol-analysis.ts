import type { MissingReason, Timeframe } from "./symbol-inputs.ts";

export const COMPONENTS = ["technical", "volume", "orderflow", "orderbook", "sentiment", "price_structure"] as const;
export type ComponentName = (typeof COMPONENTS)[number];

/** Contributions to W by component; those of one moment add up to its W. A component without a signal contributes 0. */
export type Contributions = Readonly<Record<ComponentName, number>>;

/** A figure behind a signal. */
export interface Figure {
  /** "rsi", "taker_buy_share". */
  readonly name: string;
  readonly value: number;
  /** "%", "base", "USD", "bp", "ATR", "candles", "deviations" (standard deviations), "" for a plain ratio. */
  readonly unit: string;
}

/** A signal with its figures in words, or the reason why there is none. */
export type SignalWithReason =
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
  /** Weight within its parent, as the method states it, before any renormalising. */
  readonly weight: number;
  /** Its share of W after all weights; contributions add up to W. 0 when the signal is null. */
  readonly contribution: number;
}

export type TimeframeResult = SignalWithReason & Weighted & { readonly timeframe: Timeframe };

export type RuleResult = SignalWithReason &
  Weighted & {
    readonly rule: string;
    /** The rule looks for events, which either exist or do not, so it may jump (the exception of law 7). */
    readonly eventBased: boolean;
    /** Empty for a rule of the whole symbol. */
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
  /** One sentence; when the signal is null, it names the gaps. */
  readonly interpretation: string;
}

/** The four factors of reliability, each 0..1. */
export interface ReliabilityFactors {
  readonly coverage: number;
  readonly freshness: number;
  readonly consensus: number;
  readonly quality: number;
}

/** The vote of one indicator, with the values it used; null when there are too few bars. */
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
  /** Number of candles that count (closed, after the last hole), trades, levels or points. */
  readonly count: number;
  readonly fresh: boolean;
  readonly reason: MissingReason | null;
}

/** The score of one symbol by the inputs of one moment, with its whole explanation, unrounded. */
export interface SymbolAnalysis {
  readonly symbol: string;
  /** 0..100; null when no component has data. */
  readonly score: number | null;
  readonly reason: MissingReason | null;
  /** W: the weighted mean of the components' signals, -1..1. The score is computed from it. */
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
