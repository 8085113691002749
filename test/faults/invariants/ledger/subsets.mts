/** All ways are tried as long as there are no more than this. */
const MOST_WAYS = 1_500;

export interface Subsets {
  /** Each may be the one. */
  readonly ways: Iterable<readonly string[]>;
  /** One of `ways` must be it. */
  readonly areAll: boolean;
}

/**
 * The symbols that so many usable rows may be of.
 *
 * @param likely tried where all ways are too many
 */
export function subsetsOf(symbols: readonly string[], size: number, likely: readonly string[]): Subsets {
  if (size >= symbols.length) {
    return { ways: [symbols], areAll: true };
  }
  const leftOut = symbols.length - size;
  return waysToChoose(symbols.length, leftOut) <= MOST_WAYS
    ? { ways: without(symbols, leftOut, 0), areAll: true }
    : { ways: likely.length === size ? [likely] : [], areAll: false };
}

function waysToChoose(among: number, chosen: number): number {
  return Array.from({ length: chosen }, (_, index) => (among - index) / (index + 1)).reduce((a, b) => a * b, 1);
}

/** All lists that are so many shorter, without leaving out any before `from`. */
function* without(symbols: readonly string[], count: number, from: number): Generator<readonly string[]> {
  if (count === 0) {
    yield symbols;
    return;
  }
  for (let index = from; index < symbols.length; index++) {
    yield* without(symbols.toSpliced(index, 1), count - 1, index);
  }
}
