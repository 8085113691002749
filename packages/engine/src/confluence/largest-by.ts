/** The item of which `measure` is largest, the first of equal ones; undefined of none. Sorting a few items would allocate for each. */
export function largestBy<T>(items: readonly T[], measure: (item: T) => number): T | undefined {
  let largest: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    const measured = measure(item);
    if (measured > most) {
      largest = item;
      most = measured;
    }
  }
  return largest;
}
