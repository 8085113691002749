import type { Candles } from "@pulseboard/engine";
import type { Random } from "./random.ts";

export interface CandleShape {
  readonly count: number;
  readonly intervalMs: number;
  /** Close of the last candle. */
  readonly lastPrice: number;
  /** Open time of the candle after the last one, Unix ms. */
  readonly endMs: number;
  /** Standard deviation of one candle's change, as a share of the price. */
  readonly volatility: number;
  /** Mean change per candle, in standard deviations. */
  readonly drift: number;
  /** Prices are whole multiples of it. */
  readonly tick: number;
  /** Probability per candle that a stretch without trades begins. */
  readonly quietShare: number;
}

/** A random walk on a tick grid with trends, jumps, bursts of volume and stretches in which nothing is traded. */
export function generateCandles(random: Random, shape: CandleShape): Candles {
  const { count, intervalMs, endMs, tick } = shape;
  const step = shape.lastPrice * shape.volatility;
  const column = () => new Float64Array(count);
  const candles = {
    intervalMs,
    openTimeMs: Float64Array.from({ length: count }, (_, i) => endMs - (count - i) * intervalMs),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volumeBase: column(),
  };
  const onGrid = (price: number) => Math.max(1, Math.round(price / tick)) * tick;
  let close = onGrid(shape.lastPrice);
  let quiet = 0;
  // Backwards from the last candle, so that all timeframes end at the same price.
  for (let i = count - 1; i >= 0; i--) {
    quiet = quiet > 0 ? quiet - 1 : random.uniform() < shape.quietShare ? random.below(40) : 0;
    const jump = random.uniform() < 0.01 ? 6 * random.normal() : 0;
    const change = quiet > 0 ? 0 : step * (random.normal() + jump + shape.drift);
    const open = onGrid(close - change);
    const wick = () => (quiet > 0 ? 0 : Math.abs(random.normal()) * step * 0.5);
    candles.open[i] = open;
    candles.close[i] = close;
    candles.high[i] = Math.max(open, close, onGrid(Math.max(open, close) + wick()));
    candles.low[i] = Math.min(open, close, onGrid(Math.min(open, close) - wick()));
    const burst = 1 + Math.abs(change / step) ** 1.5;
    candles.volumeBase[i] = quiet > 0 ? 0 : Math.round(1e6 * burst * Math.exp(random.normal())) / 1e3;
    close = open;
  }
  return candles;
}
