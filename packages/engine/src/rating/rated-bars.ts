import type { Candles } from "../domain/market-data.ts";
import { at, columnOf } from "../indicators/columns.ts";

const RATED_BARS = 250;

/** The bars that the public rating uses: the last 250 with trades. */
export function ratedBars(candles: Candles): Candles {
  const kept: number[] = [];
  for (let i = candles.volumeBase.length - 1; i >= 0 && kept.length < RATED_BARS; i--) {
    if (at(candles.volumeBase, i) > 0) {
      kept.push(i);
    }
  }
  kept.reverse();
  const pick = (column: Float64Array) => columnOf(kept.length, (i) => at(column, kept[i] ?? -1));
  return {
    intervalMs: candles.intervalMs,
    openTimeMs: pick(candles.openTimeMs),
    open: pick(candles.open),
    high: pick(candles.high),
    low: pick(candles.low),
    close: pick(candles.close),
    volumeBase: pick(candles.volumeBase),
  };
}
