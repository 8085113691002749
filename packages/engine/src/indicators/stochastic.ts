import { at, type Column, columnOf } from "./columns.ts";
import { highest, lowest } from "./extremes.ts";
import { sma } from "./moving-averages.ts";
import { rsi } from "./rsi.ts";

export interface Stochastic {
  readonly k: Column;
  readonly d: Column;
}

export interface StochasticPeriods {
  readonly lookback: number;
  readonly smoothK: number;
  readonly smoothD: number;
}

/**
 * Place of a value in its own recent range, 0..100, smoothed twice by simple averages (George Lane).
 * NaN where the range is zero.
 */
export function stochastic(value: Column, high: Column, low: Column, periods: StochasticPeriods): Stochastic {
  const top = highest(high, periods.lookback);
  const bottom = lowest(low, periods.lookback);
  const raw = columnOf(value.length, (i) => (100 * (at(value, i) - at(bottom, i))) / (at(top, i) - at(bottom, i)));
  const k = sma(raw, periods.smoothK);
  return { k, d: sma(k, periods.smoothD) };
}

/** The stochastic of the RSI (Chande, Kroll 1994). */
export function stochasticRsi(close: Column, rsiPeriod: number, periods: StochasticPeriods): Stochastic {
  const strength = rsi(close, rsiPeriod);
  return stochastic(strength, strength, strength, periods);
}
