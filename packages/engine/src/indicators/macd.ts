import { at, type Column, columnOf } from "./columns.ts";
import { ema } from "./moving-averages.ts";

export interface Macd {
  readonly macd: Column;
  readonly signal: Column;
  readonly histogram: Column;
}

/** Moving average convergence/divergence in price: EMA fast - EMA slow, its EMA, and the distance of the two. */
export function macd(close: Column, fast: number, slow: number, smoothing: number): Macd {
  const fastEma = ema(close, fast);
  const slowEma = ema(close, slow);
  const line = columnOf(close.length, (i) => at(fastEma, i) - at(slowEma, i));
  const signal = ema(line, smoothing);
  return { macd: line, signal, histogram: columnOf(close.length, (i) => at(line, i) - at(signal, i)) };
}
