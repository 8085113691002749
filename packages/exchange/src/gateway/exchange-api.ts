import type { Book, Candles, Ticker, Timeframe, TimeSpan } from "@pulseboard/engine";
import type { RowErrors } from "../errors/row-errors.ts";

/** One request to an exchange. */
export interface ExchangeRequest<T> {
  /** The path without the host ("/v5/market/kline"): limits, pauses and messages go by it. */
  readonly endpoint: string;
  /**
   * Sends the request and parses the answer.
   *
   * @param signal Ends the request, also in the middle of its body. There is no other timeout.
   * @param check Gets the exchange's own time of the answer, and refuses the answer by throwing.
   * @throws ExchangeError for anything but a complete and usable answer.
   */
  readonly send: (signal: AbortSignal, check?: (time: AnswerTime) => void) => Promise<T>;
}

/** The exchange's own time of an answer. */
export interface AnswerTime {
  /** Unix ms. */
  readonly timeMs: number;
  /** Market ms per ms; 1 at the exchange, 0 at a simulator whose market stands still. */
  readonly marketSpeed: number;
}

/** A tradable contract of interest: a perpetual on crypto, quoted in USDT. */
export interface Instrument {
  readonly symbol: string;
  readonly baseCoin: string;
  readonly fundingIntervalHours: number | null;
}

/** A contract that would be of interest, but is not understood well enough to be shown. */
export interface LeftOutContract {
  /** As the exchange gives it, cut short and quoted. */
  readonly name: string;
  readonly code: "unusable_name" | "unknown_symbol_type";
  /** One sentence about all contracts with this code. */
  readonly message: string;
}

export interface InstrumentPage {
  readonly instruments: readonly Instrument[];
  readonly leftOut: readonly LeftOutContract[];
  /** Where the next page begins, null on the last page. */
  readonly nextCursor: string | null;
  readonly errors: RowErrors;
}

export interface TickerPage {
  readonly asOfMs: number;
  /** Eligible symbols with a usable row, sorted by name; at least one. */
  readonly tickers: readonly Ticker[];
  readonly errors: RowErrors;
}

export interface CandlePage {
  /** Closed candles only, oldest first, with holes where the exchange left candles out. */
  readonly candles: Candles;
  readonly errors: RowErrors;
}

export interface TradeRow {
  readonly id: string;
  readonly timeMs: number;
  readonly price: number;
  readonly quantityBase: number;
  /** +1: the taker bought. */
  readonly takerSide: 1 | -1;
  /** Agreed off the book: nobody took liquidity. */
  readonly isBlockTrade: boolean;
}

export interface TradePage {
  /** Oldest first. */
  readonly trades: readonly TradeRow[];
  /** True when the page has as many rows as fit: there were more trades before it. */
  readonly isFull: boolean;
  /** Times between the good trades on either side of unusable rows: something is unknown there. */
  readonly holes: readonly TimeSpan[];
  /** The exchange's time of the answer. */
  readonly timeMs: number;
  readonly errors: RowErrors;
}

export interface Point {
  readonly timeMs: number;
  readonly value: number;
}

export interface SeriesPage {
  /** Oldest first. */
  readonly points: readonly Point[];
  readonly errors: RowErrors;
}

/** The public requests of one exchange. Each exchange implements it in its own folder, such as bybit/. */
export interface ExchangeApi {
  /** The exchange's own time, Unix ms. */
  time(): ExchangeRequest<number>;
  /** @param cursor null for the first page */
  instruments(cursor: string | null): ExchangeRequest<InstrumentPage>;
  /** The tickers of all `instruments` in one answer. */
  tickers(instruments: ReadonlyMap<string, Instrument>): ExchangeRequest<TickerPage>;
  /** The last `count` candles that had closed by `closedByMs` (market time), at most 1000. */
  candles(symbol: string, timeframe: Timeframe, count: number, closedByMs: number): ExchangeRequest<CandlePage>;
  book(symbol: string): ExchangeRequest<Book>;
  /** The most recent trades. */
  trades(symbol: string): ExchangeRequest<TradePage>;
  /** One-sided, in the base coin, every 5 min; at most 200 points. */
  openInterest(symbol: string, count: number): ExchangeRequest<SeriesPage>;
  /** Share of the accounts that are long (0..1), hourly; at most 500 points. */
  longAccountShare(symbol: string, count: number): ExchangeRequest<SeriesPage>;
  /** Settled rates, a fraction per settlement; at most 200 points. */
  fundingRates(symbol: string, count: number): ExchangeRequest<SeriesPage>;
  close(): Promise<void>;
}
