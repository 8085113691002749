import { type Column, commonLength, type HighLow } from "./columns.ts";

/**
 * Median price: (high + low) / 2. No warm-up.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * medianPrice({ high: Float64Array.of(4), low: Float64Array.of(2) }) // [3]
 */
export function medianPrice({ high, low }: HighLow): Column {
  const result = new Float64Array(commonLength({ high, low }));
  for (let i = 0; i < result.length; i++) {
    result[i] = medianPriceAt({ high, low }, i);
  }
  return result;
}

/** The price of one candle. */
export function medianPriceAt({ high, low }: HighLow, i: number): number {
  return ((high[i] ?? Number.NaN) + (low[i] ?? Number.NaN)) / 2;
}
