import type { SymbolInputs, Ticker } from "@pulseboard/engine";
import type { CollectionProblem } from "../errors/collection-problem.ts";

/** The state of the whole market from one ticker call. */
export interface MarketCollection {
  /** The exchange's own time of the tickers, Unix ms. It becomes the market time of the refresh. */
  readonly asOfMs: number;
  /** Eligible symbols only, sorted by name. */
  readonly tickers: readonly Ticker[];
  /** Number of eligible symbols in the list of instruments; `tickers` has those with a valid row. */
  readonly expected: number;
  readonly problems: readonly CollectionProblem[];
}

export interface SymbolCollection {
  readonly inputs: SymbolInputs;
  readonly problems: readonly CollectionProblem[];
}

/** Current use of the exchange's request limit. */
export interface BudgetUse {
  /** Requests that count towards the limit now. */
  readonly used: number;
  /** The most requests that we allow ourselves in one window. */
  readonly limit: number;
}

/** One exchange, read-only and within its limits. It keeps candles, trades and series between refreshes. */
export interface ExchangeGateway {
  /**
   * Instruments (hourly) and all tickers.
   *
   * @throws ExchangeError when there are no instruments or no tickers; the signal's reason when it is aborted.
   */
  collectMarket(signal: AbortSignal): Promise<MarketCollection>;
  /**
   * The exchange's own time, Unix ms, for a refresh that continues without new tickers.
   *
   * @throws ExchangeError
   */
  marketTimeMs(signal: AbortSignal): Promise<number>;
  /**
   * All inputs of one symbol. An endpoint that fails is reported as a problem, and its input stays as it was: the last
   * known value with its true age, or unknown.
   *
   * @param asOfMs market time of the refresh
   * @throws only the reason of `signal` when it is aborted, or an Error when the gateway is closed
   */
  collectSymbol(ticker: Ticker, asOfMs: number, signal: AbortSignal): Promise<SymbolCollection>;
  /**
   * Tells it the market time that an earlier process, or another one, has published: an answer from before that comes from a
   * server that is behind, and one of the same time is the same old answer, also if it is the first one.
   */
  continueFrom(marketTimeMs: number): void;
  budget(): BudgetUse;
  /** Forgets the data of all other symbols. */
  retainOnly(symbols: ReadonlySet<string>): void;
  /** Ends the requests under way; every later call fails. */
  close(): Promise<void>;
}
