import { EngineInputError } from "../domain/engine-input-error.ts";

/** Larger numbers are no figures of a market, and their squares would leave the range of numbers. */
export const LARGEST = 1e100;

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

export const SIGNAL: Bounds = { least: -1, most: 1, words: "not a number of -1 to 1" };
/** What the sum of six may be above 1 by rounding. */
const ROUNDING = 1e-9;
export const SUM_OF_SIGNALS: Bounds = {
  least: -1 - ROUNDING,
  most: 1 + ROUNDING,
  words: "but contributions add up to -1 to 1",
};

/** A value for a message: the text "5" must not look like the number, and no value may make the message fail. */
export function shown(value: unknown): string {
  return typeof value === "number" || value === null || value === undefined ? String(value) : `of type ${typeof value}`;
}

/** Also what is typed as a number: callers in JavaScript give the texts of exchanges, which compare as numbers do. */
export function isWithin(value: unknown, { least, most }: Bounds): value is number {
  return typeof value === "number" && value >= least && value <= most;
}

/** @throws EngineInputError unless it is a number within the bounds */
export function checkNumber(path: string, value: unknown, bounds: Bounds): void {
  if (!isWithin(value, bounds)) {
    throw new EngineInputError(path, `is ${shown(value)}, ${bounds.words}`);
  }
}

/** @throws EngineInputError unless it is null, or a number within the bounds */
export function checkNumberOrNull(path: string, value: unknown, bounds: Bounds): void {
  if (value !== null) {
    checkNumber(path, value, bounds);
  }
}

/** @throws EngineInputError unless it can have fields */
export function checkObject(path: string, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    throw new EngineInputError(path, `is ${shown(value)}, not an object`);
  }
}

/** @throws EngineInputError unless it is a text with something in it */
export function checkName(path: string, value: unknown): void {
  if (typeof value !== "string" || value === "") {
    throw new EngineInputError(path, `is ${value === "" ? "empty" : shown(value)}, not a name`);
  }
}

/** @throws EngineInputError that names the first number outside of the bounds */
export function checkColumn(place: string, name: string, column: Float64Array, bounds: Bounds): void {
  const { least, most } = bounds;
  for (let i = 0; i < column.length; i++) {
    const value = column[i] ?? Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new EngineInputError(`${place}.${name}[${i}]`, `is ${value}, ${bounds.words}`);
    }
  }
}

/** @throws EngineInputError that names the first that is no column, or has another length than the first one */
export function checkColumns(place: string, columns: Readonly<Record<string, Float64Array>>): void {
  let first: string | null = null;
  let expected = 0;
  for (const name in columns) {
    const column: unknown = columns[name];
    if (!(column instanceof Float64Array)) {
      throw new EngineInputError(`${place}.${name}`, `is ${shown(column)}, not a Float64Array`);
    }
    if (first === null) {
      first = name;
      expected = column.length;
    } else if (column.length !== expected) {
      throw new EngineInputError(`${place}.${name}`, `has ${column.length} values, but ${first} has ${expected}`);
    }
  }
}

/** @throws EngineInputError unless it is a column of 1 and -1, one for each time */
export function checkSides(place: string, name: string, sides: Int8Array, timeMs: Float64Array): void {
  const column: unknown = sides;
  if (!(column instanceof Int8Array)) {
    throw new EngineInputError(`${place}.${name}`, `is ${shown(column)}, not an Int8Array`);
  }
  if (column.length !== timeMs.length) {
    throw new EngineInputError(`${place}.${name}`, `has ${column.length} values, but timeMs has ${timeMs.length}`);
  }
  const index = column.findIndex((side) => side !== 1 && side !== -1);
  if (index !== -1) {
    throw new EngineInputError(`${place}.${name}[${index}]`, `is ${column[index]}, neither 1 nor -1`);
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
