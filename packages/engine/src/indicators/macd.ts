import { at, type Column, columnOf } from "./columns.ts";
import { ema } from "./moving-averages.ts";

export interface MacdPeriods {
  readonly fast: number;
  readonly slow: number;
  /** Period of the signal line. */
  readonly signal: number;
}

/** In price. */
export interface Macd {
  readonly macd: Column;
  readonly signal: Column;
  readonly histogram: Column;
}

/**
 * Moving average convergence/divergence (Gerald Appel): EMA fast - EMA slow; the signal line is its EMA, the histogram their
 * difference; all in price. The usual periods are 12, 26 and 9.
 * Warm-up: the first slow - 1 values of `macd` are NaN, and the first slow + signal - 2 of the others.
 *
 * @throws RangeError when a period is not a whole number of at least 1.
 * @example
 * macd(Float64Array.of(1, 2, 4, 8), { fast: 1, slow: 2, signal: 2 }).histogram // [NaN, NaN, 0.17, 0.31]
 */
export function macd(close: Column, periods: MacdPeriods): Macd {
  const fastEma = ema(close, periods.fast);
  const slowEma = ema(close, periods.slow);
  const line = columnOf(close.length, (i) => at(fastEma, i) - at(slowEma, i));
  const signal = ema(line, periods.signal);
  return { macd: line, signal, histogram: columnOf(close.length, (i) => at(line, i) - at(signal, i)) };
}
