import type { Column } from "./columns.ts";

/** Arithmetic mean; null for an empty list. */
export function mean(values: ArrayLike<number>): number | null {
  if (values.length === 0) {
    return null;
  }
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] ?? Number.NaN;
  }
  return sum / values.length;
}

/** Standard deviation with the count as divisor; null for an empty list, exactly 0 when all values are equal. */
export function populationDeviation(values: ArrayLike<number>): number | null {
  const centre = mean(values);
  if (centre === null) {
    return null;
  }
  let squares = 0;
  let allEqual = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    squares += (value - centre) ** 2;
    if (value !== values[0]) {
      allEqual = false;
    }
  }
  // Rounding of the mean would leave a deviation of about 1e-17.
  return allEqual ? 0 : Math.sqrt(squares / values.length);
}

/** Mean and standard deviation (with the count as divisor) of a column of at least one value; its own loops, see `at`. */
export function columnStatistics(values: Column): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] ?? Number.NaN;
  }
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    squares += ((values[i] ?? Number.NaN) - mean) ** 2;
  }
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
