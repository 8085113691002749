import { type Column, checkPeriod, commonLength, type HighLowCloseVolume } from "./columns.ts";
import { moneyFlowVolumeAt } from "./money-flow-volume.ts";

/**
 * Chaikin money flow, -1..1: money flow volume over volume of the last `period` candles; NaN where nothing was traded. The
 * usual period is 20. Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * chaikinMoneyFlow({ high: Float64Array.of(4), low: Float64Array.of(2), close: Float64Array.of(3.5), volumeBase: Float64Array.of(10) }, 1) // [0.5]
 */
export function chaikinMoneyFlow(columns: HighLowCloseVolume, period: number): Column {
  checkPeriod(period);
  const { high, low, close, volumeBase } = columns;
  const result = new Float64Array(commonLength({ high, low, close, volumeBase }));
  for (let i = 0; i < result.length; i++) {
    result[i] = chaikinMoneyFlowAt(columns, i, period);
  }
  return result;
}

/** The value at index `end` alone, with `softening`, in price, added to each candle's range. */
export function chaikinMoneyFlowAt(columns: HighLowCloseVolume, end: number, period: number, softening = 0): number {
  if (end < period - 1) {
    return Number.NaN;
  }
  let flow = 0;
  let volume = 0;
  for (let i = end - period + 1; i <= end; i++) {
    flow += moneyFlowVolumeAt(columns, i, softening);
    volume += columns.volumeBase[i] ?? Number.NaN;
  }
  return flow / volume;
}
