/** Tells whether `key` never falls from one item to the next. */
export function isSorted<T>(items: readonly T[], key: (item: T) => number): boolean {
  return items.every((item, index) => {
    const previous = items[index - 1];
    return previous === undefined || key(previous) <= key(item);
  });
}
