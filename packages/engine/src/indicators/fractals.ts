import type { Column } from "./columns.ts";

/** A fractal of five candles: the extreme, those before it that it passes, and those after it that confirm it. */
export const SWING = { candlesBefore: 2, candlesAfter: 2 };

/**
 * Whether the value at an index is a swing: the middle of a fractal of five candles (Bill Williams). It is beyond the two
 * candles before it, and the two after it do not pass it, so that the first of equal neighbours counts.
 *
 * @param sign 1 for a swing high, -1 for a swing low.
 */
export function isSwing(values: Column, index: number, sign: 1 | -1): boolean {
  const { candlesBefore, candlesAfter } = SWING;
  if (index < candlesBefore || index + candlesAfter >= values.length) {
    return false;
  }
  const extreme = sign * (values[index] ?? Number.NaN);
  for (let i = index - candlesBefore; i < index; i++) {
    if (!(extreme > sign * (values[i] ?? Number.NaN))) {
      return false;
    }
  }
  for (let i = index + 1; i <= index + candlesAfter; i++) {
    if (!(extreme >= sign * (values[i] ?? Number.NaN))) {
      return false;
    }
  }
  return true;
}
