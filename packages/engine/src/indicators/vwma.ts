import { type Column, checkPeriod, commonLength } from "./columns.ts";

interface CloseVolume {
  readonly close: Column;
  readonly volumeBase: Column;
}

/**
 * Volume-weighted moving average of the close, in price; NaN where nothing was traded in the window.
 * Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * vwma({ close: Float64Array.of(1, 2, 5), volumeBase: Float64Array.of(1, 1, 2) }, 2) // [NaN, 1.5, 4]
 */
export function vwma({ close, volumeBase }: CloseVolume, period: number): Column {
  checkPeriod(period);
  const result = new Float64Array(commonLength({ close, volumeBase }));
  for (let i = 0; i < result.length; i++) {
    result[i] = vwmaAt({ close, volumeBase }, i, period);
  }
  return result;
}

/** The average of the `period` candles that end at index `end`. */
export function vwmaAt({ close, volumeBase }: CloseVolume, end: number, period: number): number {
  if (end < period - 1) {
    return Number.NaN;
  }
  let traded = 0;
  let volume = 0;
  for (let i = end - period + 1; i <= end; i++) {
    const quantity = volumeBase[i] ?? Number.NaN;
    traded += (close[i] ?? Number.NaN) * quantity;
    volume += quantity;
  }
  return traded / volume;
}
