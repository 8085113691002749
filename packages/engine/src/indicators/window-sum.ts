import type { Column } from "./columns.ts";

/**
 * The sum of the `period` values that end at index `end`; NaN when one of them is missing. Summed again each time, so that
 * no rounding or NaN accumulates.
 */
export function windowSum(values: Column, end: number, period: number): number {
  if (end < period - 1) {
    return Number.NaN;
  }
  let sum = 0;
  for (let i = end - period + 1; i <= end; i++) {
    sum += values[i] ?? Number.NaN;
  }
  return sum;
}
