import type { Column } from "./columns.ts";
import { rsiInto } from "./rsi.ts";
import { createScratch } from "./scratch.ts";
import { type Stochastic, type StochasticPeriods, stochasticInto } from "./stochastic.ts";

export interface StochasticRsiPeriods extends StochasticPeriods {
  readonly rsi: number;
}

/** An RSI that stays within less than this is only rounded differently. */
const LEAST_RANGE = 1e-8;

const strengths = createScratch();

/**
 * Stochastic RSI (Chande, Kroll 1994), 0..100: the stochastic of the RSI in its own range; NaN where the RSI has not moved (a
 * range below 1e-8). The usual periods are 14 for the RSI, and 14, 3 and 3. Warm-up: `rsi` values more than those of the
 * stochastic.
 *
 * @throws RangeError when a period is not a whole number of at least 1.
 * @example
 * stochasticRsi(Float64Array.of(1, 2, 4, 3, 4), { rsi: 2, lookback: 2, smoothK: 1, smoothD: 1 }).k // [NaN, NaN, NaN, 0, 100]
 */
export function stochasticRsi(close: Column, periods: StochasticRsiPeriods): Stochastic {
  const strength = strengths(close.length);
  rsiInto(strength, close, periods.rsi);
  const result = { k: new Float64Array(close.length), d: new Float64Array(close.length) };
  return stochasticOfRsiInto(result, strength, periods);
}

/** The stochastic of RSI values, written into columns that are given. */
export function stochasticOfRsiInto(result: Stochastic, strength: Column, periods: StochasticPeriods): Stochastic {
  return stochasticInto(result, { high: strength, low: strength, close: strength }, periods, LEAST_RANGE);
}
