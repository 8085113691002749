import { type Column, checkPeriod, commonLength, type HighLowClose } from "./columns.ts";

export interface UltimateOscillatorPeriods {
  readonly short: number;
  readonly middle: number;
  readonly long: number;
}

/**
 * Ultimate oscillator (Larry Williams, 1976), 0..100: buying pressure over true range in three windows, weighted 4, 2 and 1;
 * NaN where a window has no range. The usual periods are 7, 14 and 28.
 * Warm-up: as many values are NaN as the longest period has candles.
 *
 * @throws RangeError when a period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * ultimateOscillator({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3), close: Float64Array.of(3, 5) }, { short: 1, middle: 1, long: 1 }) // [NaN, 66.67]
 */
export function ultimateOscillator(columns: HighLowClose, periods: UltimateOscillatorPeriods): Column {
  const { high, low, close } = columns;
  for (const period of [periods.short, periods.middle, periods.long]) {
    checkPeriod(period);
  }
  const result = new Float64Array(commonLength({ high, low, close }));
  for (let i = 0; i < result.length; i++) {
    result[i] = ultimateOscillatorAt(columns, i, periods);
  }
  return result;
}

/** The value at index `end` alone. */
export function ultimateOscillatorAt(columns: HighLowClose, end: number, periods: UltimateOscillatorPeriods): number {
  const short = pressureShare(columns, end, periods.short);
  const middle = pressureShare(columns, end, periods.middle);
  const long = pressureShare(columns, end, periods.long);
  return (100 * (4 * short + 2 * middle + long)) / 7;
}

/** Buying pressure (close - true low) over the true range of the `period` candles that end at index `end`. */
function pressureShare({ high, low, close }: HighLowClose, end: number, period: number): number {
  if (end < period) {
    return Number.NaN;
  }
  let pressure = 0;
  let range = 0;
  let closeBefore = close[end - period] ?? Number.NaN;
  for (let i = end - period + 1; i <= end; i++) {
    const trueLow = Math.min(low[i] ?? Number.NaN, closeBefore);
    range += Math.max(high[i] ?? Number.NaN, closeBefore) - trueLow;
    closeBefore = close[i] ?? Number.NaN;
    pressure += closeBefore - trueLow;
  }
  return pressure / range;
}
