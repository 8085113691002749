import type { SymbolInputs, Ticker } from "@pulseboard/engine";
import type { ReportedCode } from "@pulseboard/runtime";

/** One thing that went wrong with one request or one body; the refresh goes on without what it would have given. */
export interface CollectionProblem {
  /** The path that was asked: "/v5/market/kline", "/api/v3/global". */
  readonly endpoint: string;
  /** The error's code ("exchange_unreachable", "reference_timeout" ...), or "bad_rows" for what was left out of a body. */
  readonly code: ReportedCode;
  /** One clear sentence; no credentials. */
  readonly message: string;
  readonly hint: string | null;
  /** The symbol it was about, null for a call that covers all. */
  readonly symbol: string | null;
}

/** The state of the whole market from one ticker call. */
export interface MarketCollection {
  /** The exchange's own time of the tickers, Unix ms: market time of the refresh. */
  readonly asOfMs: number;
  /** Eligible symbols only, sorted by name. */
  readonly tickers: readonly Ticker[];
  /** How many eligible symbols the instruments list; `tickers.length` is how many had a valid row. */
  readonly expected: number;
  readonly problems: readonly CollectionProblem[];
}

export interface SymbolCollection {
  readonly inputs: SymbolInputs;
  readonly problems: readonly CollectionProblem[];
}

/** How much of the exchange's request limit is in use. */
export interface BudgetUse {
  /** Requests that hold a place in the window of the limit now. */
  readonly used: number;
  /** Most that we let ourselves have there. */
  readonly limit: number;
}

/** The exchange, read-only, within its limits. Keeps what can be kept between refreshes: candles, trades, slow series. */
export interface ExchangeGateway {
  /**
   * Instruments (hourly) and all tickers. Throws an ExchangeError when there are no tickers to go on with.
   */
  collectMarket(signal: AbortSignal): Promise<MarketCollection>;
  /** The exchange's own time, Unix ms, for going on without new tickers. Throws an ExchangeError. */
  marketTimeMs(signal: AbortSignal): Promise<number>;
  /**
   * All inputs of one symbol. Throws only when `signal` is aborted or the gateway closes: what cannot be had is a missing
   * input and a problem.
   */
  collectSymbol(ticker: Ticker, asOfMs: number, signal: AbortSignal): Promise<SymbolCollection>;
  budget(): BudgetUse;
  /** Forgets what is kept of all other symbols. */
  retainOnly(symbols: ReadonlySet<string>): void;
  close(): Promise<void>;
}

/** A figure of the reference data with where and when it comes from. */
export interface Sourced<T> {
  readonly value: T;
  /** "coingecko", "coinpaprika", "alternative.me". */
  readonly source: string;
  /** The source's own time of the data where it gives one, else when we received it, Unix ms. */
  readonly asOfMs: number;
}

/** Shares are % of the total market capitalisation. What a source does not have is null. */
export interface GlobalMarket {
  readonly totalMarketCapUsd: number;
  readonly marketCapChange24hPercent: number | null;
  readonly btcDominancePercent: number | null;
  readonly ethDominancePercent: number | null;
  readonly usdtDominancePercent: number | null;
  readonly usdcDominancePercent: number | null;
}

export interface FearGreed {
  /** 0..100. */
  readonly value: number;
  readonly label: string;
}

export interface ReferenceCollection {
  readonly globalMarket: Sourced<GlobalMarket> | null;
  readonly fearGreed: Sourced<FearGreed> | null;
  readonly problems: readonly CollectionProblem[];
}

/** The public reference-data APIs. Keeps the last known good figures with their age; asks no more often than allowed. */
export interface ReferenceGateway {
  collectReference(signal: AbortSignal): Promise<ReferenceCollection>;
  close(): Promise<void>;
}
