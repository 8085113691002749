import { type Column, checkPeriod, commonLength, type HighLowClose, threeColumns } from "./columns.ts";
import { nextAverage } from "./recursive-average.ts";

export interface Adx {
  /** +DI, 0..100. */
  readonly plusDi: Column;
  /** -DI, 0..100. */
  readonly minusDi: Column;
  /** 0..100. */
  readonly adx: Column;
}

/**
 * Average directional index with its two directional indicators (Wilder 1978), each 0..100. DX is 0 when neither direction
 * moved. The usual period is 14.
 * Warm-up: the first `period` values of +DI and -DI are NaN, and the first 2 period - 1 of ADX.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * adx({ high: Float64Array.of(5, 9), low: Float64Array.of(3, 8), close: Float64Array.of(4, 8) }, 1).plusDi // [NaN, 80]
 */
export function adx(columns: HighLowClose, period: number): Adx {
  const [plusDi, minusDi, strength] = threeColumns(columns.close.length);
  return adxInto({ plusDi, minusDi, adx: strength }, columns, period);
}

/** The same, written into columns that are given. */
export function adxInto(result: Adx, { high, low, close }: HighLowClose, period: number): Adx {
  checkPeriod(period);
  const length = commonLength({ high, low, close });
  const { plusDi, minusDi, adx: strengths } = result;
  const share = 1 / period;
  let count = 0;
  let range = 0;
  let plus = 0;
  let minus = 0;
  let strength = 0;
  let highBefore = Number.NaN;
  let lowBefore = Number.NaN;
  let closeBefore = Number.NaN;
  for (let i = 0; i < length; i++) {
    const top = high[i] ?? Number.NaN;
    const bottom = low[i] ?? Number.NaN;
    const up = top - highBefore;
    const down = lowBefore - bottom;
    const trueRange = Math.max(top, closeBefore) - Math.min(bottom, closeBefore);
    highBefore = top;
    lowBefore = bottom;
    closeBefore = close[i] ?? Number.NaN;
    if (count > 0 || !Number.isNaN(trueRange)) {
      count++;
      range = nextAverage(range, trueRange, count, period, share);
      plus = nextAverage(plus, up > down && up > 0 ? up : 0, count, period, share);
      minus = nextAverage(minus, down > up && down > 0 ? down : 0, count, period, share);
    }
    plusDi[i] = count < period ? Number.NaN : (100 * plus) / range;
    minusDi[i] = count < period ? Number.NaN : (100 * minus) / range;
    const moved = plus + minus;
    const directional = moved === 0 ? 0 : (100 * Math.abs(plus - minus)) / moved;
    const known = count - period + 1;
    if (known >= 1) {
      strength = nextAverage(strength, directional, known, period, share);
    }
    strengths[i] = known < period ? Number.NaN : strength;
  }
  return result;
}
