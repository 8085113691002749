import type { MinuteBlock, MinuteSource } from "./candle.ts";

/** What the 24 h figures need; older blocks are made again when they are asked for. */
const KEPT_BLOCKS = 8;

/** Keeps the newest blocks of a source, and of the older ones the last that was asked for. */
export class CachedMinutes implements MinuteSource {
  readonly firstMinute: number;
  readonly lastMinute: number;
  readonly #source: MinuteSource;
  readonly #kept = new Map<number, MinuteBlock>();
  #newest = -Infinity;
  #older: { readonly index: number; readonly block: MinuteBlock } | undefined;

  constructor(source: MinuteSource) {
    this.firstMinute = source.firstMinute;
    this.lastMinute = source.lastMinute;
    this.#source = source;
  }

  logPriceAt(timeMs: number): number {
    return this.#source.logPriceAt(timeMs);
  }

  block(blockIndex: number): MinuteBlock {
    const known = this.#older?.index === blockIndex ? this.#older.block : this.#kept.get(blockIndex);
    if (known !== undefined) {
      return known;
    }
    const block = this.#source.block(blockIndex);
    this.#newest = Math.max(this.#newest, blockIndex);
    if (blockIndex <= this.#newest - KEPT_BLOCKS) {
      this.#older = { index: blockIndex, block };
      return block;
    }
    this.#kept.set(blockIndex, block);
    for (const index of this.#kept.keys()) {
      if (index <= this.#newest - KEPT_BLOCKS) {
        this.#kept.delete(index);
      }
    }
    return block;
  }
}
