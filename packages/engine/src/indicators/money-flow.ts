import type { Candles } from "../domain/market-data.ts";
import { at, type Column, columnOf } from "./columns.ts";
import { ema, windowSum } from "./moving-averages.ts";

/**
 * Signed share of each candle's volume by where it closed in its range (Marc Chaikin), in base coin; 0 where high = low.
 *
 * @param softening Price added to the range; 0 is the textbook form.
 */
export function moneyFlowVolume({ high, low, close, volumeBase }: Candles, softening = 0): Column {
  return columnOf(close.length, (i) => {
    const range = at(high, i) - at(low, i);
    if (range === 0) {
      return 0;
    }
    return ((2 * at(close, i) - at(high, i) - at(low, i)) / (range + softening)) * at(volumeBase, i);
  });
}

/** Running total of the money flow volume, in base coin. */
export function accumulationLine(flow: Column): Column {
  let total = 0;
  return columnOf(flow.length, (i) => {
    total += at(flow, i);
    return total;
  });
}

/** Chaikin money flow, -1..1: flow over volume of the last `period`; NaN where nothing was traded. */
export function chaikinMoneyFlow(flow: Column, volumeBase: Column, period: number): Column {
  return columnOf(flow.length, (i) => windowSum(flow, i, period) / windowSum(volumeBase, i, period));
}

/** Chaikin oscillator in base coin: EMA fast - EMA slow of the accumulation line. */
export function chaikinOscillator(flow: Column, fast: number, slow: number): Column {
  const line = accumulationLine(flow);
  const fastEma = ema(line, fast);
  const slowEma = ema(line, slow);
  return columnOf(line.length, (i) => at(fastEma, i) - at(slowEma, i));
}
