/** Computed values that differ by no more than this share of their size are equal but for rounding. */
const ROUNDING = 1e-11;

/**
 * Whether `a` is larger than `b`, by more than rounding. The rounding of an average would otherwise vote in a market that has
 * not moved.
 *
 * @param size The size of what the values were computed from, where that is larger than the values: a difference of two prices
 * is as exact as the prices.
 */
export function isAbove(a: number, b: number, size = 0): boolean {
  return a - b > ROUNDING * Math.max(Math.abs(a), Math.abs(b), size);
}

/** Whether `a` is smaller than `b`, by more than rounding; see `isAbove`. */
export function isBelow(a: number, b: number, size = 0): boolean {
  return isAbove(b, a, size);
}
