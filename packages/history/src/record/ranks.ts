/**
 * The ranks of values, 1 for the lowest; equal values share the mean of their ranks.
 *
 * @param values - Finite numbers.
 */
export function averageRanks(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  const ranks = new Float64Array(values.length);
  // Plain loops: this is computed millions of times.
  for (let index = 0; index < values.length; index += 1) {
    const value = at(values, index);
    const lower = placeOf(sorted, value, false);
    const lowerOrEqual = sorted[lower + 1] === value ? placeOf(sorted, value, true) : lower + 1;
    // The mean of the ranks between.
    ranks[index] = (lower + 1 + lowerOrEqual) / 2;
  }
  return ranks;
}

/** How many of the sorted values are lower than `value`, or lower or equal. */
function placeOf(sorted: Float64Array, value: number, orEqual: boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const other = at(sorted, middle);
    if (other < value || (orEqual && other === value)) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

/**
 * Spearman's rank correlation with average ranks: Pearson's correlation of the ranks, which Spearman's shorter formula is not
 * where values are equal.
 *
 * @param a - Ranks by `averageRanks`.
 * @param b - Ranks of as many.
 * @returns null where all values of one are equal
 */
export function rankCorrelation(a: Float64Array, b: Float64Array): number | null {
  const mean = (a.length + 1) / 2;
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (let index = 0; index < a.length; index += 1) {
    const fromMeanA = at(a, index) - mean;
    const fromMeanB = at(b, index) - mean;
    product += fromMeanA * fromMeanB;
    squareA += fromMeanA * fromMeanA;
    squareB += fromMeanB * fromMeanB;
  }
  return squareA === 0 || squareB === 0 ? null : product / Math.sqrt(squareA * squareB);
}

/**
 * The group of a rank among `count`: 1 + floor(groups (rank - .5) / count), 1 for the lowest.
 */
export function groupOfRank(rank: number, count: number, groups: number): number {
  return 1 + Math.floor((groups * (rank - 0.5)) / count);
}

/** The median; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

/** NaN beyond the end. */
function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
