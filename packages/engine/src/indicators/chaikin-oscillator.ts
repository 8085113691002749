import { type Column, checkPeriod, commonLength, type HighLowCloseVolume } from "./columns.ts";
import { moneyFlowVolumeAt } from "./money-flow-volume.ts";

export interface ChaikinOscillatorPeriods {
  readonly fast: number;
  readonly slow: number;
}

/**
 * Chaikin oscillator: EMA fast - EMA slow of the accumulation/distribution line, in base coin. The usual periods are 3 and 10.
 * Warm-up: the first slow - 1 values are NaN.
 *
 * @throws RangeError when a period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * chaikinOscillator({ high: Float64Array.of(4, 4), low: Float64Array.of(2, 2), close: Float64Array.of(4, 3), volumeBase: Float64Array.of(10, 10) }, { fast: 1, slow: 2 }) // [NaN, 0]
 */
export function chaikinOscillator(columns: HighLowCloseVolume, periods: ChaikinOscillatorPeriods): Column {
  return chaikinOscillatorInto(new Float64Array(columns.close.length), columns, periods);
}

/** The same, written into a column that is given, with `softening`, in price, added to each candle's range. */
export function chaikinOscillatorInto(
  result: Column,
  columns: HighLowCloseVolume,
  { fast, slow }: ChaikinOscillatorPeriods,
  softening = 0,
): Column {
  checkPeriod(fast);
  checkPeriod(slow);
  const { high, low, close, volumeBase } = columns;
  const length = commonLength({ high, low, close, volumeBase });
  const longer = Math.max(fast, slow);
  const [fastShare, slowShare] = [2 / (fast + 1), 2 / (slow + 1)];
  let total = 0;
  let fastAverage = 0;
  let slowAverage = 0;
  for (let i = 0; i < length; i++) {
    total += moneyFlowVolumeAt(columns, i, softening);
    fastAverage += (i < fast ? 1 / (i + 1) : fastShare) * (total - fastAverage);
    slowAverage += (i < slow ? 1 / (i + 1) : slowShare) * (total - slowAverage);
    result[i] = i < longer - 1 ? Number.NaN : fastAverage - slowAverage;
  }
  return result;
}
