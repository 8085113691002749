import { at, type Column, columnOf } from "./columns.ts";

/** Highest of the `period` values that end at `end`; NaN when one of them is missing. */
export function windowHigh(values: ArrayLike<number>, end: number, period: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = end - period + 1; i <= end; i++) {
    highest = Math.max(highest, at(values, i));
  }
  return highest;
}

/** Lowest of the `period` values that end at `end`; NaN when one of them is missing. */
export function windowLow(values: ArrayLike<number>, end: number, period: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = end - period + 1; i <= end; i++) {
    lowest = Math.min(lowest, at(values, i));
  }
  return lowest;
}

/** Highest value of the last `period`, per candle. */
export function highest(values: Column, period: number): Column {
  return columnOf(values.length, (i) => windowHigh(values, i, period));
}

/** Lowest value of the last `period`, per candle. */
export function lowest(values: Column, period: number): Column {
  return columnOf(values.length, (i) => windowLow(values, i, period));
}
