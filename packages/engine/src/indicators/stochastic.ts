import { at, type Column, columnOf, commonLength, type HighLowClose } from "./columns.ts";
import { highest, lowest } from "./extremes.ts";
import { sma } from "./moving-averages.ts";
import { rsi } from "./rsi.ts";

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

export interface StochasticRsiPeriods extends StochasticPeriods {
  readonly rsi: number;
}

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
export function stochastic({ high, low, close }: HighLowClose, periods: StochasticPeriods): Stochastic {
  commonLength({ high, low, close });
  const top = highest(high, periods.lookback);
  const bottom = lowest(low, periods.lookback);
  const raw = columnOf(close.length, (i) => (100 * (at(close, i) - at(bottom, i))) / (at(top, i) - at(bottom, i)));
  const k = sma(raw, periods.smoothK);
  return { k, d: sma(k, periods.smoothD) };
}

/**
 * Stochastic RSI (Chande, Kroll 1994), 0..100: the stochastic of the RSI in its own range. The usual periods are 14 for the
 * RSI, and 14, 3 and 3. Warm-up: `rsi` values more than those of the stochastic.
 *
 * @throws RangeError when a period is not a whole number of at least 1.
 * @example
 * stochasticRsi(Float64Array.of(1, 2, 4, 3, 4), { rsi: 2, lookback: 2, smoothK: 1, smoothD: 1 }).k // [NaN, NaN, NaN, 0, 100]
 */
export function stochasticRsi(close: Column, periods: StochasticRsiPeriods): Stochastic {
  const strength = rsi(close, periods.rsi);
  return stochastic({ high: strength, low: strength, close: strength }, periods);
}
