import { at, type Column, columnOf } from "./columns.ts";
import { momentum } from "./momentum.ts";
import { smma } from "./moving-averages.ts";

export interface GainsAndLosses {
  /** Smoothed average of the upward price changes, 0 or more. */
  readonly gain: Column;
  /** Smoothed average of the downward price changes, 0 or more. */
  readonly loss: Column;
}

/** The average rise and the average fall of the price per candle, in price. */
export function averageGainsAndLosses(close: Column, period: number): GainsAndLosses {
  const change = momentum(close, 1);
  return {
    gain: smma(
      columnOf(close.length, (i) => Math.max(at(change, i), 0)),
      period,
    ),
    loss: smma(
      columnOf(close.length, (i) => Math.max(-at(change, i), 0)),
      period,
    ),
  };
}

/**
 * Relative strength index (Wilder 1978), 0..100; 100 while nothing has fallen, as on the charting platforms.
 * Warm-up: the first `period` values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1.
 * @example
 * rsi(Float64Array.of(1, 2, 4, 3), 2) // [NaN, NaN, 100, 60]
 */
export function rsi(close: Column, period: number): Column {
  const { gain, loss } = averageGainsAndLosses(close, period);
  return columnOf(close.length, (i) => (at(loss, i) === 0 ? 100 : (100 * at(gain, i)) / (at(gain, i) + at(loss, i))));
}
