import { EngineInputError } from "../domain/engine-input-error.ts";

type Column = Float64Array | Int8Array;

/** Larger numbers are no figures of a market, and their squares would leave the range of numbers. */
const LARGEST = 1e100;

/** Which numbers a column may have. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  /** In words, for the message. */
  readonly words: string;
}

export const FINITE: Bounds = { least: -LARGEST, most: LARGEST, words: "not a finite number" };
export const NOT_NEGATIVE: Bounds = { least: 0, most: LARGEST, words: "not a finite number of at least 0" };
export const POSITIVE: Bounds = { least: Number.MIN_VALUE, most: LARGEST, words: "not a finite number above 0" };
export const SHARE: Bounds = { least: 0, most: 1, words: "not a share of 0 to 1" };

/** @throws EngineInputError unless the number is within the bounds */
export function checkNumber(path: string, value: number, bounds: Bounds): void {
  if (!(value >= bounds.least && value <= bounds.most)) {
    throw new EngineInputError(path, `is ${value}, ${bounds.words}`);
  }
}

/** @throws EngineInputError that names the first number outside of the bounds */
export function checkColumn(place: string, name: string, column: Column, bounds: Bounds): void {
  const { least, most } = bounds;
  for (let i = 0; i < column.length; i++) {
    const value = column[i] ?? Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new EngineInputError(`${place}.${name}[${i}]`, `is ${value}, ${bounds.words}`);
    }
  }
}

/** @throws EngineInputError that names the first column with another length than the first one */
export function checkLengths(place: string, columns: Readonly<Record<string, Column>>): void {
  let first: string | null = null;
  let expected = 0;
  for (const name in columns) {
    const length = columns[name]?.length ?? 0;
    if (first === null) {
      first = name;
      expected = length;
    } else if (length !== expected) {
      throw new EngineInputError(`${place}.${name}`, `has ${length} values, but ${first} has ${expected}`);
    }
  }
}

/**
 * @param direction 1 when the column must rise, -1 when it must fall
 * @param leastStep by at least so much from one value to the next; 0 allows equal ones
 * @throws EngineInputError that names the first value out of order
 */
export function checkOrder(
  place: string,
  name: string,
  column: Float64Array,
  { direction, leastStep, words }: { readonly direction: 1 | -1; readonly leastStep: number; readonly words: string },
): void {
  for (let i = 1; i < column.length; i++) {
    const value = column[i] ?? Number.NaN;
    const before = column[i - 1] ?? Number.NaN;
    if (!(direction * (value - before) >= leastStep)) {
      throw new EngineInputError(`${place}.${name}[${i}]`, `is ${value} after ${before}: ${words}`);
    }
  }
}
