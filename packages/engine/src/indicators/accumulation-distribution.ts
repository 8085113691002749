import { type Column, commonLength, type HighLowCloseVolume } from "./columns.ts";
import { moneyFlowVolumeAt } from "./money-flow-volume.ts";

/**
 * Accumulation/distribution line (Marc Chaikin): the running total of the money flow volume, in base coin. No warm-up; its
 * level depends on the first candle, so only its changes mean something.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * accumulationDistribution({ high: Float64Array.of(4, 4), low: Float64Array.of(2, 2), close: Float64Array.of(4, 3.5), volumeBase: Float64Array.of(10, 10) }) // [10, 15]
 */
export function accumulationDistribution(columns: HighLowCloseVolume): Column {
  const { high, low, close, volumeBase } = columns;
  const result = new Float64Array(commonLength({ high, low, close, volumeBase }));
  let total = 0;
  for (let i = 0; i < result.length; i++) {
    total += moneyFlowVolumeAt(columns, i);
    result[i] = total;
  }
  return result;
}
