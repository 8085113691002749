/**
 * Indicators take and return columns of equal length: one value per candle, oldest first. A value is NaN during warm-up,
 * while there are too few candles. Value i is computed from candles 0..i only.
 */
export type Column = Float64Array;

/** Columns by name; `Candles` have all of them. */
export interface HighLow {
  readonly high: Column;
  readonly low: Column;
}

/** Columns by name; `Candles` have all of them. */
export interface HighLowClose extends HighLow {
  readonly close: Column;
}

/** Columns by name; `Candles` have all of them. */
export interface HighLowCloseVolume extends HighLowClose {
  /** Traded quantity in base coin. */
  readonly volumeBase: Column;
}

/** The value at an index, NaN outside of the column. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}

/** The newest value, or the one `back` places before it. */
export function last(values: ArrayLike<number>, back = 0): number {
  return at(values, values.length - 1 - back);
}

/** A new column of `length` values, computed index by index. */
export function columnOf(length: number, value: (index: number) => number): Column {
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    column[i] = value(i);
  }
  return column;
}

/** The index of the first value that is not NaN; the length when all are. */
export function firstKnown(values: Column): number {
  const index = values.findIndex((value) => !Number.isNaN(value));
  return index === -1 ? values.length : index;
}

/**
 * The length of the columns.
 *
 * @throws RangeError when they differ in length.
 */
export function commonLength(columns: Readonly<Record<string, Column>>): number {
  const lengths = Object.entries(columns).map(([name, column]) => ({ name, length: column.length }));
  const first = lengths[0]?.length ?? 0;
  if (lengths.some(({ length }) => length !== first)) {
    const sizes = lengths.map(({ name, length }) => `${name} has ${length}`).join(", ");
    throw new RangeError(`Columns must have the same length, but ${sizes}`);
  }
  return first;
}

/** @throws RangeError unless the period is a whole number of at least `least`. */
export function checkPeriod(period: number, least = 1): void {
  if (!Number.isSafeInteger(period) || period < least) {
    throw new RangeError(`A period must be a whole number of at least ${least}, not ${period}`);
  }
}
