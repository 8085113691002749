import type { MinuteBlock, MinuteSource } from "./candle.ts";
import { BLOCK_MINUTES, BLOCK_MS, blockOf } from "./time.ts";

/** A factor that is given where blocks meet, and linear in between. */
export interface PriceFactor {
  /** The factor of each minute of a block. */
  ofBlock(blockIndex: number): Float64Array;
  /** The factor of one minute (since 1970). */
  ofMinute(minute: number): number;
}

export function createPriceFactor(at: (timeMs: number) => number): PriceFactor {
  const line = (blockIndex: number): { readonly start: number; readonly step: number } => {
    const start = at(blockIndex * BLOCK_MS);
    return { start, step: (at((blockIndex + 1) * BLOCK_MS) - start) / BLOCK_MINUTES };
  };
  return {
    ofBlock: (blockIndex) => {
      const { start, step } = line(blockIndex);
      const factors = new Float64Array(BLOCK_MINUTES);
      for (let minute = 0; minute < BLOCK_MINUTES; minute++) {
        factors[minute] = start + step * minute;
      }
      return factors;
    },
    ofMinute: (minute) => {
      const blockIndex = blockOf(minute);
      const { start, step } = line(blockIndex);
      return start + step * (minute - blockIndex * BLOCK_MINUTES);
    },
  };
}

export interface Derivation {
  /** Price as a multiple of the base's, both in their own ticks. */
  readonly priceFactor: PriceFactor;
  /** Volume as a multiple, both in their own steps. */
  readonly volumeFactor: number;
  /** Approximate difference of the logs of the two prices. */
  readonly logPriceOffset: number;
  readonly firstMinute: number;
}

/** Minutes that follow those of another source: a mark or index price, a dated future, a perpetual in another currency. */
export function deriveMinutes(base: MinuteSource, derivation: Derivation): MinuteSource {
  const { priceFactor, volumeFactor, logPriceOffset, firstMinute } = derivation;
  return {
    firstMinute: Math.max(base.firstMinute, firstMinute),
    lastMinute: base.lastMinute,
    logPriceAt: (timeMs) => base.logPriceAt(timeMs) + logPriceOffset,
    block: (blockIndex): MinuteBlock => {
      const block = base.block(blockIndex);
      const factors = priceFactor.ofBlock(blockIndex);
      const scaled = (prices: Int32Array) => prices.map((price, index) => Math.round(price * (factors[index] ?? 1)));
      return {
        open: scaled(block.open),
        high: scaled(block.high),
        low: scaled(block.low),
        close: scaled(block.close),
        // It trades whenever the base trades, because a price must not move without a trade.
        volume: block.volume.map((volume) => (volume === 0 ? 0 : Math.max(4, Math.round(volume * volumeFactor)))),
      };
    },
  };
}
