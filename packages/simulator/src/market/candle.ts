/** Prices in ticks, volume in quantity steps: whole numbers, so that adding candles up is exact. */
export interface Candle {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /**
   * Three times the turnover, in ticks x steps: the sum over its minutes of volume * (high + low + close), which
   * is whole; turnover of a minute is volume * (high + low + close) / 3.
   */
  readonly turnoverTimes3: number;
}

/** The minutes of one 4-hour block as columns; index 0 is the block's first minute. */
export interface MinuteBlock {
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  readonly volume: Float64Array;
}

/** A source of complete one-minute candles, also of those that market time has not reached yet. */
export interface MinuteSource {
  /** First minute (since 1970) that has a candle. */
  readonly firstMinute: number;
  /** Last one; Infinity when there is no end. */
  readonly lastMinute: number;
  /** Any block that overlaps `firstMinute` to `lastMinute`; its minutes outside of these must not be used. */
  block(blockIndex: number): MinuteBlock;
  /** Natural log of the approximate price at that time, for data that follows the trend. Defined for all times. */
  logPriceAt(timeMs: number): number;
}
