import type { Book, Candles, Liquidations, Ticker, TimeSeries, Trades } from "./market-data.ts";

/**
 * Why a figure is unknown.
 * - `too_short`: there is data, but less than the figure needs
 * - `no_activity`: nothing traded, a flat window, an empty or crossed book: the denominator is zero
 * - `stale_input`: the newest data is too old to say anything about now
 * - `not_provided`: the source does not give it, or could not be read
 */
export type MissingReason = "too_short" | "no_activity" | "stale_input" | "not_provided";

/** An input that the caller has. */
export interface KnownInput<T> {
  readonly known: true;
  readonly value: T;
  /** Market time of the data (the close of the last candle, the time of the book), Unix ms. */
  readonly asOfMs: number;
  /** How often new data of this kind appears, ms. Data younger than twice this is fresh. */
  readonly periodMs: number;
}

/** An input that the caller does not have, and why. */
export interface MissingInput {
  readonly known: false;
  readonly reason: MissingReason;
  readonly periodMs: number;
}

export type Input<T> = KnownInput<T> | MissingInput;

export const TIMEFRAMES = ["1m", "5m", "30m", "4h"] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

/** Length of one candle of each timeframe, ms. */
export const TIMEFRAME_MS: Readonly<Record<Timeframe, number>> = {
  "1m": 60_000,
  "5m": 300_000,
  "30m": 1_800_000,
  "4h": 14_400_000,
};

/** All inputs of one symbol's score. */
export interface SymbolInputs {
  readonly symbol: string;
  /** The exchange's time of the ticker that is scored, Unix ms. The engine reads no clock: this is its now. */
  readonly nowMs: number;
  readonly ticker: Input<Ticker>;
  readonly candles: Readonly<Record<Timeframe, Input<Candles>>>;
  readonly book: Input<Book>;
  readonly trades: Input<Trades>;
  /** Open interest of one side, in base coin, every 5 min for 24 h. */
  readonly openInterestBase: Input<TimeSeries>;
  /** Share of accounts that are long, 0..1, hourly for 20 days. */
  readonly longAccountShare: Input<TimeSeries>;
  /** Settled funding rates as a fraction per 8 h, up to 200. */
  readonly fundingRate8h: Input<TimeSeries>;
  readonly liquidations: Input<Liquidations>;
}
