/**
 * Indicators take and give columns of equal length: one value per candle, oldest first, NaN while there are not yet
 * enough candles. Value i is made of candles 0..i only.
 */
export type Column = Float64Array;

/** The value at an index, NaN outside of the column. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}

/** The newest value, or the one `back` before it. */
export function last(values: ArrayLike<number>, back = 0): number {
  return at(values, values.length - 1 - back);
}

/** A new column of `length` values made index by index. */
export function columnOf(length: number, value: (index: number) => number): Column {
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    column[i] = value(i);
  }
  return column;
}

/** Change against `span` candles earlier; NaN for the first ones. */
export function difference(values: Column, span = 1): Column {
  return columnOf(values.length, (i) => at(values, i) - at(values, i - span));
}

/** Index of the first value that is known; the length when none is. */
export function firstKnown(values: Column): number {
  const index = values.findIndex((value) => !Number.isNaN(value));
  return index === -1 ? values.length : index;
}
