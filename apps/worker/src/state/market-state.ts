import type {
  FiveMinuteChange,
  PriceMoves,
  RegimeDwell,
  ScoreAverage,
  SymbolAnalysis,
  SymbolInputs,
  Ticker,
} from "@pulseboard/engine";
import type { ReferenceCollection, WithProvenance } from "@pulseboard/exchange";
import type {
  AlertsDocument,
  AnalysisFields,
  MarketBreadthFields,
  MarketOverviewFields,
  Missing,
  MissingReason,
  MoverFields,
  OutlookGates,
  PerpsFields,
  RowFields,
} from "@pulseboard/snapshot";

/** Everything that the worker knows of the market at one moment, section by section, each with its own age. */
export interface MarketState {
  /** Market time, Unix ms. */
  readonly asOfMs: number;
  readonly overview: Section<OverviewFields>;
  readonly movers: Section<MoversFields>;
  readonly perps: Section<PerpsFields>;
  readonly reference: Reference;
  /** By symbol. */
  readonly scores: Section<ReadonlyMap<string, ScoredSymbol>>;
  /** Of the method that gave the scores: those that are carried over may be an earlier version's. */
  readonly methodVersion: number;
  /** What the next published scores are averaged with, by symbol. */
  readonly averages: Averages;
  readonly bitcoinVolatility: BitcoinVolatility;
  /** The regime that is shown. */
  readonly regime: MarketRegime;
  /** What decides when another one is shown; null before the first. */
  readonly regimeDwell: RegimeDwell | null;
  readonly history: History;
  readonly alerts: AlertMemory;
  /** Whether the outlook may be shown, by its own record. */
  readonly outlookGates: OutlookGates;
}

/** One section of the snapshot: its fields, a reason for each null, and where they come from. */
export interface Section<T> {
  readonly value: T;
  /** Dotted path in the snapshot to the reason, for the nulls of `value` and nothing else. */
  readonly missing: Missing;
  readonly provenance: Provenance;
}

/** Where the data of a section comes from, how old it is and how complete. */
export interface Provenance {
  /** Market time of the data, Unix ms; null when there never was any. */
  readonly asOfMs: number | null;
  readonly source: string;
  /** Carried over from an earlier refresh, or too old for its kind. */
  readonly stale: boolean;
  readonly expected: number;
  readonly received: number;
  readonly reason: MissingReason | null;
}

/** The figures of the overview that the tickers alone give. */
export interface OverviewFields {
  readonly overview: Pick<
    MarketOverviewFields,
    "trend_strength" | "market_dispersion" | "btc_price" | "total_volume_24h" | "average_change"
  >;
  readonly breadth: MarketBreadthFields;
}

export interface MoversFields {
  readonly gainers: readonly MoverFields[];
  readonly losers: readonly MoverFields[];
}

/** The last data that each reference source gave; null when it never gave any. */
export interface Reference {
  readonly marketCap: WithProvenance<MarketCapFields> | null;
  readonly fearGreed: WithProvenance<FearGreedFields> | null;
  /** The reason for every null. */
  readonly reason: "warming_up" | "source_unavailable";
}

export type MarketCapFields = Pick<
  MarketOverviewFields,
  | "btc_dominance"
  | "eth_dominance"
  | "stablecoin_dominance"
  | "altcoin_dominance"
  | "total_market_cap"
  | "market_cap_change_24h"
>;

export type FearGreedFields = Pick<MarketOverviewFields, "fear_greed_value" | "fear_greed_label">;

/** A symbol that has a score: its analysis in the document's words, and the other figures of its row. */
export interface ScoredSymbol {
  readonly analysis: AnalysisFields;
  readonly row: RowFields;
  /** The reason for each null of `row`, by name. */
  readonly rowReasons: Missing;
}

/** By symbol. One that is not scored is remembered for an hour. */
export type Averages = ReadonlyMap<string, ScoreAverage>;

/** Realised volatility of BTC, %; both null with a reason, or both known. */
export interface BitcoinVolatility {
  readonly annualisedPercent: number | null;
  readonly dailyPercent: number | null;
  readonly reason: MissingReason | null;
}

export interface MarketRegime {
  /** "Category: Label", or UNKNOWN. */
  readonly name: string;
  /** Why it is UNKNOWN, else null. */
  readonly reason: MissingReason | null;
}

/** The series that later refreshes need of earlier ones. */
export interface History {
  /** Score by symbol, one per 15 min, the last 24. */
  readonly scores: Readonly<Record<string, Samples>>;
  /** Cross-sectional dispersion (%), one per snapshot, the last 24 h. */
  readonly dispersion: Samples;
  /** BTC dominance (%) as one source counts it, one per 15 min, the last 25 h. */
  readonly btcDominance: (Samples & { readonly source: string }) | null;
  /** Mean W of the scored symbols, one per 15 min, the last 7 days. */
  readonly meanSignal: Samples;
}

/** A figure over market time, oldest first; `at` in Unix seconds. */
export interface Samples {
  readonly at: readonly number[];
  readonly value: readonly number[];
}

/** The alerts so far, and the zones and the regime that the next refresh is compared with. */
export type AlertMemory = Pick<AlertsDocument, "alerts" | "zones" | "regime">;

/** The data that one refresh, or its first half, has collected. */
export interface RefreshInput {
  /** Market time, Unix ms. */
  readonly asOfMs: number;
  /** Null when the tickers could not be had; then there must be an earlier state. */
  readonly tickers: Tickers | null;
  /** Null while it is still being collected. */
  readonly reference: ReferenceCollection | null;
  /** Null while the symbols are still being collected. */
  readonly symbols: {
    readonly scored: readonly ScoredInput[];
    /** How many symbols were chosen for scoring. */
    readonly expected: number;
    /** The dispersion over all collected symbols. */
    readonly inputs: ReadonlyMap<string, SymbolInputs>;
    /** Bitcoin's hourly log returns, whether it is scored or not. */
    readonly bitcoinReturns: PriceMoves["hourlyReturns"];
  } | null;
  /** "bybit" or "simulator". */
  readonly source: string;
  readonly moversMinTurnoverUsd: number;
  /** The schedule's period, ms. */
  readonly periodMs: number;
  /** What the record says of showing the outlook. */
  readonly outlookGates: OutlookGates;
}

/** The tickers of all eligible symbols, as one call gave them. */
export interface Tickers {
  /** Eligible symbols with a valid row. */
  readonly tickers: readonly Ticker[];
  /** Market time, Unix ms. */
  readonly asOfMs: number;
  /** How many eligible symbols there are. */
  readonly expected: number;
}

export interface ScoredInput {
  readonly analysis: SymbolAnalysis;
  readonly ticker: Ticker;
  /** Market time of the ticker, Unix ms: the age of its price and 24 h figures. */
  readonly tickerAsOfMs: number;
  readonly fiveMinuteChange: FiveMinuteChange;
  readonly moves: PriceMoves;
}
