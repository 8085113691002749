import type { Prints } from "./prints.ts";

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
  /** Any block that overlaps `firstMinute` to `lastMinute`; what is outside of these is not to be used. */
  block(blockIndex: number): MinuteBlock;
  /** Natural log of the price at about that time, for what goes with the trend. Defined for all times. */
  logPriceAt(timeMs: number): number;
}

/** Gathers candles into one. */
export class CandleBuilder {
  #open = Number.NaN;
  #high = -Infinity;
  #low = Infinity;
  #close = Number.NaN;
  #volume = 0;
  #turnoverTimes3 = 0;

  get isEmpty(): boolean {
    return this.#high === -Infinity;
  }

  /** Adds the minutes from `from` to before `to` of a block. */
  addMinutes(block: MinuteBlock, from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const high = block.high[index] ?? Number.NaN;
      const low = block.low[index] ?? Number.NaN;
      const close = block.close[index] ?? Number.NaN;
      const volume = block.volume[index] ?? 0;
      if (this.isEmpty) {
        this.#open = block.open[index] ?? Number.NaN;
      }
      if (high > this.#high) {
        this.#high = high;
      }
      if (low < this.#low) {
        this.#low = low;
      }
      this.#close = close;
      this.#volume += volume;
      this.#turnoverTimes3 += volume * (high + low + close);
    }
  }

  /** Adds the trades up to `untilMs` of a minute that opened at `open`. */
  addPrints(open: number, prints: Prints, untilMs: number): void {
    const { timeMs, price, quantity } = prints;
    let shown = 0;
    while (shown < timeMs.length && (timeMs[shown] ?? Infinity) <= untilMs) {
      shown++;
    }
    if (shown === 0) {
      return;
    }
    if (this.isEmpty) {
      this.#open = open;
    }
    let [high, low, volume] = [open, open, 0];
    for (let index = 0; index < shown; index++) {
      const paid = price[index] ?? open;
      high = Math.max(high, paid);
      low = Math.min(low, paid);
      volume += quantity[index] ?? 0;
    }
    this.#close = price[shown - 1] ?? open;
    this.#high = Math.max(this.#high, high);
    this.#low = Math.min(this.#low, low);
    this.#volume += volume;
    this.#turnoverTimes3 += volume * (high + low + this.#close);
  }

  add(candle: Candle): void {
    if (this.isEmpty) {
      this.#open = candle.open;
    }
    this.#high = Math.max(this.#high, candle.high);
    this.#low = Math.min(this.#low, candle.low);
    this.#close = candle.close;
    this.#volume += candle.volume;
    this.#turnoverTimes3 += candle.turnoverTimes3;
  }

  /** Undefined when nothing was added. */
  build(openTimeMs: number): Candle | undefined {
    if (this.isEmpty) {
      return undefined;
    }
    return {
      openTimeMs,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      volume: this.#volume,
      turnoverTimes3: this.#turnoverTimes3,
    };
  }
}
