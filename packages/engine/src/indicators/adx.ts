import { type Column, checkPeriod, commonLength, firstKnown, type HighLowClose, threeColumns } from "./columns.ts";

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
export function adxInto(result: Adx, candles: HighLowClose, period: number): Adx {
  checkPeriod(period);
  commonLength({ high: candles.high, low: candles.low, close: candles.close });
  const start = Math.max(firstKnown(candles.high), firstKnown(candles.low), firstKnown(candles.close));
  const { plusDi, minusDi, adx: strengths } = result;
  if (start > 0) {
    // The loop begins with the first candle that is known.
    const { high, low, close } = candles;
    const known = { high: high.subarray(start), low: low.subarray(start), close: close.subarray(start) };
    const rest = {
      plusDi: plusDi.fill(Number.NaN, 0, start).subarray(start),
      minusDi: minusDi.fill(Number.NaN, 0, start).subarray(start),
      adx: strengths.fill(Number.NaN, 0, start).subarray(start),
    };
    adxFromFirst(rest, known, period);
  } else {
    adxFromFirst(result, candles, period);
  }
  return result;
}

function adxFromFirst(
  { plusDi, minusDi, adx: strengths }: Adx,
  { high, low, close }: HighLowClose,
  period: number,
): void {
  const share = 1 / period;
  // Wilder's sums: of each, one in `period` parts goes when the next value comes.
  const kept = 1 - share;
  let range = 0;
  let plus = 0;
  let minus = 0;
  let strength = 0;
  let highBefore = high[0] ?? Number.NaN;
  let lowBefore = low[0] ?? Number.NaN;
  let closeBefore = close[0] ?? Number.NaN;
  for (let i = 0; i < close.length; i++) {
    const top = high[i] ?? Number.NaN;
    const bottom = low[i] ?? Number.NaN;
    const up = top - highBefore;
    const down = lowBefore - bottom;
    // A candle without one before it has no true range.
    const trueRange = i === 0 ? 0 : Math.max(top, closeBefore) - Math.min(bottom, closeBefore);
    highBefore = top;
    lowBefore = bottom;
    closeBefore = close[i] ?? Number.NaN;
    const before = i > period ? kept : 1;
    range = before * range + trueRange;
    plus = before * plus + (up > down && up > 0 ? up : 0);
    minus = before * minus + (down > up && down > 0 ? down : 0);
    const toPercent = 100 / range;
    plusDi[i] = plus * toPercent;
    minusDi[i] = minus * toPercent;
    const moved = plus + minus;
    const directional = moved === 0 ? 0 : (100 * Math.abs(plus - minus)) / moved;
    // The sum begins with the first DX of whole sums; what is written before that is overwritten below.
    strength = i < period ? 0 : (i < 2 * period ? 1 : kept) * strength + directional;
    strengths[i] = share * strength;
  }
  plusDi.fill(Number.NaN, 0, period);
  minusDi.fill(Number.NaN, 0, period);
  strengths.fill(Number.NaN, 0, 2 * period - 1);
}
