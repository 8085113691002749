import { at, type Column, checkPeriod, columnOf, commonLength, type HighLowCloseVolume } from "./columns.ts";
import { ema, windowSum } from "./moving-averages.ts";

/**
 * Money flow volume (Marc Chaikin), in base coin: each candle's volume, signed and weighted by the position of the close in the
 * candle's range; 0 where high = low. No warm-up.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * moneyFlowVolume({ high: Float64Array.of(4), low: Float64Array.of(2), close: Float64Array.of(3.5), volumeBase: Float64Array.of(10) }) // [5]
 */
export function moneyFlowVolume(columns: HighLowCloseVolume): Column {
  return softenedMoneyFlowVolume(columns, 0);
}

/** Money flow volume with `softening`, in price, added to each candle's range. */
export function softenedMoneyFlowVolume(
  { high, low, close, volumeBase }: HighLowCloseVolume,
  softening: number,
): Column {
  return columnOf(commonLength({ high, low, close, volumeBase }), (i) => {
    const range = at(high, i) - at(low, i);
    if (range === 0) {
      return 0;
    }
    return ((2 * at(close, i) - at(high, i) - at(low, i)) / (range + softening)) * at(volumeBase, i);
  });
}

/**
 * Accumulation/distribution line (Marc Chaikin): the running total of the money flow volume, in base coin. No warm-up; its
 * level depends on the first candle, so only its changes mean something.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * accumulationDistribution({ high: Float64Array.of(4, 4), low: Float64Array.of(2, 2), close: Float64Array.of(4, 3.5), volumeBase: Float64Array.of(10, 10) }) // [10, 15]
 */
export function accumulationDistribution(columns: HighLowCloseVolume): Column {
  return runningTotal(moneyFlowVolume(columns));
}

function runningTotal(flow: Column): Column {
  let total = 0;
  return columnOf(flow.length, (i) => {
    total += at(flow, i);
    return total;
  });
}

/**
 * Chaikin money flow, -1..1: money flow volume over volume of the last `period` candles; NaN where nothing was traded. The
 * usual period is 20. Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * chaikinMoneyFlow({ high: Float64Array.of(4), low: Float64Array.of(2), close: Float64Array.of(3.5), volumeBase: Float64Array.of(10) }, 1) // [0.5]
 */
export function chaikinMoneyFlow(columns: HighLowCloseVolume, period: number): Column {
  return flowOverVolume(moneyFlowVolume(columns), columns.volumeBase, period);
}

/** Chaikin money flow from a money flow volume that is computed already. */
export function flowOverVolume(flow: Column, volumeBase: Column, period: number): Column {
  checkPeriod(period);
  return columnOf(flow.length, (i) => windowSum(flow, i, period) / windowSum(volumeBase, i, period));
}

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
  return oscillatorOfFlow(moneyFlowVolume(columns), periods);
}

/** Chaikin oscillator from a money flow volume that is computed already. */
export function oscillatorOfFlow(flow: Column, { fast, slow }: ChaikinOscillatorPeriods): Column {
  const line = runningTotal(flow);
  const fastEma = ema(line, fast);
  const slowEma = ema(line, slow);
  return columnOf(line.length, (i) => at(fastEma, i) - at(slowEma, i));
}
