import { MARKET_NOW_MS } from "@pulseboard/testing/generated-market";
import type { Candles } from "../domain/market-data.ts";
import { at } from "../indicators/columns.ts";

export interface PathCandle {
  readonly close: number;
  /** Default: the previous close. */
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly volume?: number;
}

/** Candles drawn by hand; the last one closes at the generated market's now. Default wicks are .1. */
export function candlePath(intervalMs: number, path: readonly PathCandle[]): Candles {
  const column = (value: (candle: PathCandle, index: number) => number) => Float64Array.from(path, value);
  const close = column((candle) => candle.close);
  const open = column((candle, i) => candle.open ?? (i === 0 ? candle.close : at(close, i - 1)));
  return {
    intervalMs,
    openTimeMs: column((_, i) => MARKET_NOW_MS - (path.length - i) * intervalMs),
    open,
    high: column((candle, i) => candle.high ?? Math.max(candle.close, at(open, i)) + 0.1),
    low: column((candle, i) => candle.low ?? Math.min(candle.close, at(open, i)) - 0.1),
    close,
    volumeBase: column((candle) => candle.volume ?? 100),
  };
}
