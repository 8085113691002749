/** The six components of a score, in the order in which rows are written. */
export const HISTORY_COMPONENTS = [
  "technical",
  "volume",
  "orderflow",
  "orderbook",
  "sentiment",
  "price_structure",
] as const;
export type HistoryComponent = (typeof HISTORY_COMPONENTS)[number];

/** The inputs of a score, each with a bit of `knownInputs`: the first is bit 0 (1), the second bit 1 (2) ... Names are only ever added at the end. */
export const KNOWN_INPUTS = [
  "ticker",
  "candles_1m",
  "candles_5m",
  "candles_30m",
  "candles_4h",
  "book",
  "trades",
  "open_interest",
  "long_account_share",
  "funding_rate",
  "liquidations",
] as const;
export type KnownInputName = (typeof KNOWN_INPUTS)[number];

/** "bullish" also for a strongly bullish market. Null: unknown. */
export type MarketDirection = "bullish" | "neutral" | "bearish" | null;

/** The figures of one symbol at one refresh. Unknown is null, never 0. */
export interface HistoryRow {
  readonly symbol: string;
  /**
   * False: only its price is kept. It has left the list of scored symbols, or its refresh is kept for its prices alone (series
   * `quarters`). Its other figures are null.
   */
  readonly scored: boolean;
  /** The published score, 0..100. */
  readonly score: number | null;
  /** The published W, -1..1. */
  readonly weightedSignal: number | null;
  /** The published relative score, 0..100. */
  readonly relative: number | null;
  /** Signals of the components, -1..1. */
  readonly components: Readonly<Record<HistoryComponent, number | null>>;
  /** REVM, -1..1. */
  readonly outlook: number | null;
  /** 0..1. */
  readonly reliability: number | null;
  /** Log of the last closed 5m close over the one 1 h before. */
  readonly momentum1h: number | null;
  /** The same over 24 h. */
  readonly momentum24h: number | null;
  /** `all` of the technical rating of 30m, -1..1. */
  readonly rating30m: number | null;
  readonly markPrice: number | null;
  /** Current funding rate as a fraction per 8 h. */
  readonly fundingRate: number | null;
  readonly openInterestUsd: number | null;
  /** Turnover since the refresh before. */
  readonly turnoverUsd: number | null;
  /** One bit for each of KNOWN_INPUTS. */
  readonly knownInputs: number;
}

/** All rows of one refresh. */
export interface HistoryRefresh {
  /** Exchange time, Unix ms. */
  readonly asOfMs: number;
  /** Period of the schedule, ms. */
  readonly periodMs: number;
  /** Of the publication. */
  readonly sequence: number;
  /** The market's at this refresh. */
  readonly direction: MarketDirection;
  /** One for each symbol, at most. */
  readonly rows: readonly HistoryRow[];
}

/**
 * - `refreshes`: each refresh, whole, for 7 days
 * - `quarters`: of each quarter of an hour the first refresh, whole, and of the three after it the prices (their other figures are
 *   null), for 400 days. The chain covers it.
 */
export type HistorySeries = "refreshes" | "quarters";
