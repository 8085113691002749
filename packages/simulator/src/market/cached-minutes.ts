import type { MinuteBlock, MinuteSource } from "./candle.ts";

/** Enough for the 24 h figures; older blocks are made again when they are needed. */
const KEPT_BLOCKS = 8;

/** Keeps the newest blocks of a source, and the most recently used one of the older blocks. */
export function cacheMinutes(source: MinuteSource): MinuteSource {
  const kept = new Map<number, MinuteBlock>();
  let newest = -Infinity;
  let older: { readonly index: number; readonly block: MinuteBlock } | undefined;
  return {
    firstMinute: source.firstMinute,
    lastMinute: source.lastMinute,
    logPriceAt: (timeMs) => source.logPriceAt(timeMs),
    block: (blockIndex) => {
      const known = older?.index === blockIndex ? older.block : kept.get(blockIndex);
      if (known !== undefined) {
        return known;
      }
      const block = source.block(blockIndex);
      newest = Math.max(newest, blockIndex);
      if (blockIndex <= newest - KEPT_BLOCKS) {
        older = { index: blockIndex, block };
        return block;
      }
      kept.set(blockIndex, block);
      for (const index of kept.keys()) {
        if (index <= newest - KEPT_BLOCKS) {
          kept.delete(index);
        }
      }
      return block;
    },
  };
}
