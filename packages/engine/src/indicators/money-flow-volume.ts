import { type Column, commonLength, type HighLowCloseVolume } from "./columns.ts";

/**
 * Money flow volume (Marc Chaikin), in base coin: each candle's volume, signed and weighted by the position of the close in the
 * candle's range; 0 where high = low. No warm-up.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * moneyFlowVolume({ high: Float64Array.of(4), low: Float64Array.of(2), close: Float64Array.of(3.5), volumeBase: Float64Array.of(10) }) // [5]
 */
export function moneyFlowVolume(columns: HighLowCloseVolume): Column {
  const { high, low, close, volumeBase } = columns;
  const result = new Float64Array(commonLength({ high, low, close, volumeBase }));
  for (let i = 0; i < result.length; i++) {
    result[i] = moneyFlowVolumeAt(columns, i);
  }
  return result;
}

/** The flow of one candle, with `softening`, in price, added to its range. */
export function moneyFlowVolumeAt(
  { high, low, close, volumeBase }: HighLowCloseVolume,
  i: number,
  softening = 0,
): number {
  const top = high[i] ?? Number.NaN;
  const bottom = low[i] ?? Number.NaN;
  const range = top - bottom;
  if (range === 0) {
    return 0;
  }
  return ((2 * (close[i] ?? Number.NaN) - top - bottom) / (range + softening)) * (volumeBase[i] ?? Number.NaN);
}
