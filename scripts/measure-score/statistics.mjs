/** @typedef {ArrayLike<number>} Values */

/** @param {Iterable<number>} values @param {number} share .5 for the median, .9 for the value that a tenth exceeds */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const [below = Number.NaN, above = Number.NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

/** @param {Values} values */
export function meanOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] ?? Number.NaN;
  }
  return sum / values.length;
}

/** Absolute differences between values `step` places apart. @param {Float64Array} values @param {number} step */
export function moves(values, step = 1) {
  return values.subarray(step).map((value, i) => Math.abs(value - (values[i] ?? Number.NaN)));
}

/** Pearson's r of each value with that `lag` places later, of the pairs that are known. @param {Float64Array} values @param {number} lag */
export function autocorrelation(values, lag) {
  return correlation(...knownPairs(values.subarray(0, values.length - lag), values.subarray(lag)));
}

/** Spearman's rank correlation of the pairs that are known, ties with their mean rank. @param {Values} a @param {Values} b */
export function rankCorrelation(a, b) {
  const [knownA, knownB] = knownPairs(a, b);
  return correlation(ranks(knownA), ranks(knownB));
}

/**
 * Without the pairs of which one is NaN: a symbol of which too little is known at a moment has no score then.
 * @param {Values} a @param {Values} b @returns {[Float64Array, Float64Array]}
 */
function knownPairs(a, b) {
  const known = Array.from(a, (_, i) => i).filter((i) => !Number.isNaN(a[i]) && !Number.isNaN(b[i]));
  const of = (/** @type {Values} */ values) => Float64Array.from(known, (i) => values[i] ?? Number.NaN);
  return [of(a), of(b)];
}

/** Pearson's r; NaN where one side is constant. @param {Float64Array} a @param {Float64Array} b */
function correlation(a, b) {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let products = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const [fromA, fromB] = [(a[i] ?? Number.NaN) - meanA, (b[i] ?? Number.NaN) - meanB];
    products += fromA * fromB;
    squaresA += fromA ** 2;
    squaresB += fromB ** 2;
  }
  return products / Math.sqrt(squaresA * squaresB);
}

/** @param {Values} values */
function ranks(values) {
  return Float64Array.from(values, (value) => {
    const others = Array.from(values);
    const lower = others.filter((other) => other < value).length;
    const equal = others.filter((other) => other === value).length;
    return lower + (equal + 1) / 2;
  });
}
