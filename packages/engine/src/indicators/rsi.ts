import { at, type Column, columnOf, difference } from "./columns.ts";
import { wilderAverage } from "./moving-averages.ts";

export interface GainsAndLosses {
  /** Wilder's average of the upward price changes, 0 or more. */
  readonly gain: Column;
  /** Wilder's average of the downward price changes, 0 or more. */
  readonly loss: Column;
}

/** How much prices rose and fell per candle. */
export function averageGainsAndLosses(close: Column, period: number): GainsAndLosses {
  const change = difference(close);
  return {
    gain: wilderAverage(
      columnOf(close.length, (i) => Math.max(at(change, i), 0)),
      period,
    ),
    loss: wilderAverage(
      columnOf(close.length, (i) => Math.max(-at(change, i), 0)),
      period,
    ),
  };
}

/** Relative strength index, 0..100 (Wilder 1978); 100 where nothing ever fell, as the charting platforms have it. */
export function rsi(close: Column, period: number): Column {
  const { gain, loss } = averageGainsAndLosses(close, period);
  return columnOf(close.length, (i) => (at(loss, i) === 0 ? 100 : (100 * at(gain, i)) / (at(gain, i) + at(loss, i))));
}
