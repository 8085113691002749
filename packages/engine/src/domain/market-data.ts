/**
 * Closed candles of one symbol and one interval as columns of equal length, oldest first. The unfinished candle does not belong
 * here, because a result computed from it would change later. Of a history with a hole the engine uses the candles after it.
 */
export interface Candles {
  /** Length of one candle, ms. */
  readonly intervalMs: number;
  /** Start of each candle, Unix ms, ascending. */
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Traded quantity in base coin; 0 for a candle without trades. */
  readonly volumeBase: Float64Array;
}

/** One row of the exchange's ticker list. A figure that the exchange did not give is null, never 0. */
export interface Ticker {
  /** The exchange's name, "BTCUSDT". */
  readonly symbol: string;
  /** "BTC". */
  readonly baseCoin: string;
  readonly lastPrice: number;
  readonly markPrice: number | null;
  readonly indexPrice: number | null;
  readonly price24hAgo: number | null;
  /** 2.3 means 2.3 %. */
  readonly change24hPercent: number | null;
  readonly high24h: number | null;
  readonly low24h: number | null;
  readonly volume24hBase: number | null;
  readonly turnover24hUsd: number | null;
  /** Open interest of one side, in base coin. */
  readonly openInterestBase: number | null;
  /** Open interest of one side, in USD. */
  readonly openInterestUsd: number | null;
  /** Fraction per 8 h, whatever the symbol's own interval is. 0.0001 is 1 basis point. */
  readonly fundingRate8h: number | null;
  readonly fundingIntervalHours: number | null;
  readonly nextFundingAtMs: number | null;
  readonly bidPrice: number | null;
  readonly askPrice: number | null;
}

/** A snapshot of the order book, best level first on both sides. */
export interface Book {
  /** The exchange's time of the snapshot, Unix ms. */
  readonly timeMs: number;
  readonly bidPrice: Float64Array;
  readonly bidQuantityBase: Float64Array;
  readonly askPrice: Float64Array;
  readonly askQuantityBase: Float64Array;
}

/** From `fromMs` to `toMs`, Unix ms, both included. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Public trades of the last 15 minutes, oldest first. */
export interface Trades {
  readonly timeMs: Float64Array;
  readonly price: Float64Array;
  readonly quantityBase: Float64Array;
  /** +1: the taker bought. -1: the taker sold. */
  readonly takerSide: Int8Array;
  /** The spans in which every trade is known, oldest first, with gaps between them. */
  readonly coverage: readonly TimeSpan[];
}

/** Values of one figure over time, oldest first. */
export interface TimeSeries {
  readonly timeMs: Float64Array;
  readonly value: Float64Array;
}

/** Liquidations of positions, oldest first. */
export interface Liquidations {
  readonly timeMs: Float64Array;
  readonly quantityBase: Float64Array;
  /** +1: a long position was liquidated. -1: a short one. */
  readonly positionSide: Int8Array;
}
