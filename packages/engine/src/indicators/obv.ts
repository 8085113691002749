import { type Column, commonLength } from "./columns.ts";

interface CloseVolume {
  readonly close: Column;
  readonly volumeBase: Column;
}

/**
 * On-balance volume (Joseph Granville, 1963): the running total of the volume, added where the close rises and taken off where
 * it falls, in base coin. It starts at 0, without warm-up; its level depends on the first candle, so only its changes mean
 * something.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * obv({ close: Float64Array.of(1, 2, 2, 1), volumeBase: Float64Array.of(5, 6, 7, 8) }) // [0, 6, 6, -2]
 */
export function obv({ close, volumeBase }: CloseVolume): Column {
  const result = new Float64Array(commonLength({ close, volumeBase }));
  let total = 0;
  for (let i = 1; i < result.length; i++) {
    total += signedVolumeAt({ close, volumeBase }, i);
    result[i] = total;
  }
  return result;
}

/**
 * The volume of one candle with the direction of its close against the one before; a change counts by tanh(change / softening)
 * where a softening in price is given.
 */
export function signedVolumeAt({ close, volumeBase }: CloseVolume, i: number, softening = 0): number {
  const change = (close[i] ?? Number.NaN) - (close[i - 1] ?? Number.NaN);
  const direction = softening === 0 ? Math.sign(change) : Math.tanh(change / softening);
  return direction * (volumeBase[i] ?? Number.NaN);
}
