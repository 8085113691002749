import { type Column, checkPeriod, commonLength, type HighLowClose } from "./columns.ts";
import { windowHigh, windowLow } from "./extremes.ts";
import { createScratch } from "./scratch.ts";
import { smaAt } from "./sma.ts";

/** Both 0..100. */
export interface Stochastic {
  readonly k: Column;
  readonly d: Column;
}

export interface StochasticPeriods {
  /** Candles of the range. */
  readonly lookback: number;
  readonly smoothK: number;
  readonly smoothD: number;
}

const positions = createScratch();

/**
 * Stochastic oscillator (George Lane), 0..100: the position of the close in the range of the last `lookback` candles. K is its
 * simple average over `smoothK`, D the simple average of K over `smoothD`; NaN where the range is zero. The usual periods are
 * 14, 3 and 3.
 * Warm-up: the first lookback + smoothK - 2 values of K are NaN, and smoothD - 1 more of D.
 *
 * @throws RangeError when a period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * stochastic({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3), close: Float64Array.of(3, 5) }, { lookback: 2, smoothK: 1, smoothD: 1 }).k // [NaN, 75]
 */
export function stochastic(columns: HighLowClose, periods: StochasticPeriods): Stochastic {
  const { length } = columns.close;
  return stochasticInto({ k: new Float64Array(length), d: new Float64Array(length) }, columns, periods);
}

/** The same, written into columns that are given; a range of `noRange` or less is none. */
export function stochasticInto(
  { k, d }: Stochastic,
  { high, low, close }: HighLowClose,
  { lookback, smoothK, smoothD }: StochasticPeriods,
  noRange = 0,
): Stochastic {
  for (const period of [lookback, smoothK, smoothD]) {
    checkPeriod(period);
  }
  const length = commonLength({ high, low, close });
  const position = positions(length);
  for (let i = 0; i < length; i++) {
    const bottom = windowLow(low, i, lookback);
    const range = windowHigh(high, i, lookback) - bottom;
    position[i] = range > noRange ? (100 * ((close[i] ?? Number.NaN) - bottom)) / range : Number.NaN;
    k[i] = smaAt(position, i, smoothK);
    d[i] = smaAt(k, i, smoothD);
  }
  return { k, d };
}
