import { type Column, checkPeriod, firstKnown } from "./columns.ts";

/** Wilder's averages of the rises and of the falls of the price per candle, in price, 0 or more. */
export interface GainAndLoss {
  readonly gain: number;
  readonly loss: number;
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
  const result = new Float64Array(close.length);
  rsiInto(result, close, period);
  return result;
}

/** The same, written into a column that is given; returns the averages behind its last value. */
export function rsiInto(result: Column, close: Column, period: number): GainAndLoss {
  checkPeriod(period);
  const start = firstKnown(close);
  const share = 1 / period;
  result.fill(Number.NaN, 0, start + 1);
  let gain = 0;
  let loss = 0;
  let before = close[start] ?? Number.NaN;
  for (let i = start + 1; i < close.length; i++) {
    const now = close[i] ?? Number.NaN;
    const change = now - before;
    before = now;
    const count = i - start;
    const taken = count > period ? share : 1 / count;
    gain += taken * (Math.max(change, 0) - gain);
    loss += taken * (Math.max(-change, 0) - loss);
    const strength = loss === 0 ? 100 : (100 * gain) / (gain + loss);
    result[i] = count < period ? Number.NaN : strength;
  }
  return close.length - 1 - start < period ? { gain: Number.NaN, loss: Number.NaN } : { gain, loss };
}
