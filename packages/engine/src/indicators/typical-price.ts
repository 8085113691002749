import { type Column, commonLength, type HighLowClose } from "./columns.ts";

/**
 * Typical price: (high + low + close) / 3. No warm-up.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * typicalPrice({ high: Float64Array.of(4), low: Float64Array.of(2), close: Float64Array.of(3) }) // [3]
 */
export function typicalPrice(columns: HighLowClose): Column {
  return typicalPriceInto(new Float64Array(columns.close.length), columns);
}

/** The same, written into a column that is given. */
export function typicalPriceInto(result: Column, { high, low, close }: HighLowClose): Column {
  const length = commonLength({ high, low, close });
  for (let i = 0; i < length; i++) {
    result[i] = typicalPriceAt({ high, low, close }, i);
  }
  return result;
}

/** The price of one candle. */
export function typicalPriceAt({ high, low, close }: HighLowClose, i: number): number {
  return ((high[i] ?? Number.NaN) + (low[i] ?? Number.NaN) + (close[i] ?? Number.NaN)) / 3;
}
