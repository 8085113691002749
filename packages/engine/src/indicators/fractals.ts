import type { Column } from "./columns.ts";

/** An extreme is confirmed by this many candles after it. */
export const CONFIRMING_CANDLES = 2;

/**
 * Whether the value at an index is a swing: the middle of a fractal of five candles (Bill Williams). It is beyond the two
 * candles before it, and the two after it do not pass it, so that the first of equal neighbours counts.
 *
 * @param sign 1 for a swing high, -1 for a swing low.
 */
export function isSwing(values: Column, index: number, sign: 1 | -1): boolean {
  if (index < CONFIRMING_CANDLES || index + CONFIRMING_CANDLES >= values.length) {
    return false;
  }
  const extreme = sign * (values[index] ?? Number.NaN);
  return (
    extreme > sign * (values[index - 1] ?? Number.NaN) &&
    extreme > sign * (values[index - 2] ?? Number.NaN) &&
    extreme >= sign * (values[index + 1] ?? Number.NaN) &&
    extreme >= sign * (values[index + 2] ?? Number.NaN)
  );
}
