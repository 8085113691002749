import { type Column, commonLength, type HighLowCloseVolume } from "./columns.ts";
import { typicalPriceAt } from "./typical-price.ts";

/**
 * Volume-weighted average price of all candles so far: the mean of the typical price weighted by volume, in price; NaN until
 * something was traded. No warm-up.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * vwap({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3), close: Float64Array.of(3, 6), volumeBase: Float64Array.of(1, 3) }) // [3, 4.5]
 */
export function vwap(columns: HighLowCloseVolume): Column {
  const { high, low, close, volumeBase } = columns;
  const result = new Float64Array(commonLength({ high, low, close, volumeBase }));
  let volume = 0;
  let moment = 0;
  for (let i = 0; i < result.length; i++) {
    const quantity = volumeBase[i] ?? Number.NaN;
    volume += quantity;
    moment += quantity * typicalPriceAt(columns, i);
    result[i] = moment / volume;
  }
  return result;
}

/** Volume-weighted mean and standard deviation of the typical price from candle `from` on; null when nothing was traded. */
export function volumeWeightedPrice(
  columns: HighLowCloseVolume,
  from: number,
): { readonly mean: number; readonly deviation: number } | null {
  let volume = 0;
  let moment = 0;
  let squares = 0;
  for (let i = from; i < columns.close.length; i++) {
    const quantity = columns.volumeBase[i] ?? Number.NaN;
    const price = typicalPriceAt(columns, i);
    volume += quantity;
    moment += quantity * price;
    squares += quantity * price * price;
  }
  const mean = moment / volume;
  return volume === 0 ? null : { mean, deviation: Math.sqrt(Math.max(0, squares / volume - mean * mean)) };
}
