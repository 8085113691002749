import type { MinuteBlock, MinuteSource } from "./candle.ts";
import { BLOCK_MINUTES, BLOCK_MS, blockOf } from "./time.ts";

/** A multiple that is known where blocks meet and goes straight from there to there. */
export class PriceFactor {
  readonly #at: (timeMs: number) => number;

  constructor(at: (timeMs: number) => number) {
    this.#at = at;
  }

  /** The factor of each minute of a block. */
  ofBlock(blockIndex: number): Float64Array {
    const { start, step } = this.#line(blockIndex);
    const factors = new Float64Array(BLOCK_MINUTES);
    for (let minute = 0; minute < BLOCK_MINUTES; minute++) {
      factors[minute] = start + step * minute;
    }
    return factors;
  }

  /** The same for one minute (since 1970). */
  ofMinute(minute: number): number {
    const blockIndex = blockOf(minute);
    const { start, step } = this.#line(blockIndex);
    return start + step * (minute - blockIndex * BLOCK_MINUTES);
  }

  #line(blockIndex: number): { readonly start: number; readonly step: number } {
    const start = this.#at(blockIndex * BLOCK_MS);
    return { start, step: (this.#at((blockIndex + 1) * BLOCK_MS) - start) / BLOCK_MINUTES };
  }
}

export interface Derivation {
  /** Price as a multiple of the base's, both in their own ticks. */
  readonly priceFactor: PriceFactor;
  /** Volume as a multiple, both in their own steps. */
  readonly volumeFactor: number;
  /** Difference of the logs of the two prices, about. */
  readonly logPriceOffset: number;
  readonly firstMinute: number;
}

/** Minutes that follow those of another: a mark or index price, a dated future, a perpetual in another currency. */
export class DerivedMinutes implements MinuteSource {
  readonly firstMinute: number;
  readonly lastMinute: number;
  readonly #base: MinuteSource;
  readonly #derivation: Derivation;

  constructor(base: MinuteSource, derivation: Derivation) {
    this.firstMinute = Math.max(base.firstMinute, derivation.firstMinute);
    this.lastMinute = base.lastMinute;
    this.#base = base;
    this.#derivation = derivation;
  }

  block(blockIndex: number): MinuteBlock {
    const base = this.#base.block(blockIndex);
    const { priceFactor, volumeFactor } = this.#derivation;
    const factors = priceFactor.ofBlock(blockIndex);
    const scaled = (prices: Int32Array) => prices.map((price, index) => Math.round(price * (factors[index] ?? 1)));
    return {
      open: scaled(base.open),
      high: scaled(base.high),
      low: scaled(base.low),
      close: scaled(base.close),
      // Where the base trades, this one does too: a price must not move without a trade.
      volume: base.volume.map((volume) => (volume === 0 ? 0 : Math.max(4, Math.round(volume * volumeFactor)))),
    };
  }

  logPriceAt(timeMs: number): number {
    return this.#base.logPriceAt(timeMs) + this.#derivation.logPriceOffset;
  }
}
