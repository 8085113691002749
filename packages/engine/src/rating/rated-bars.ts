import type { Candles } from "../domain/market-data.ts";

const RATED_BARS = 250;

/** The bars that the public rating looks at: those in which something was traded, the last 250 of them. */
export function ratedBars(candles: Candles): Candles {
  const traded: number[] = [];
  for (const [index, volume] of candles.volumeBase.entries()) if (volume > 0) traded.push(index);
  const kept = traded.slice(-RATED_BARS);
  const pick = (column: Float64Array) => Float64Array.from(kept, (index) => column[index] ?? Number.NaN);
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
