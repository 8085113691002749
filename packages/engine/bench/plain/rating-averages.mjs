const PERIODS = [10, 20, 30, 50, 100, 200];

/** @param {import("./rating.mjs").Bars} bars @returns {readonly number[]} */
export function plainAverageVotes({ high, low, close, volumeBase }) {
  const end = close.length - 1;
  const price = close[end] ?? Number.NaN;
  /** @type {number[]} */
  const simple = [];
  const exponential = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i <= end; i++) {
    const value = close[i] ?? Number.NaN;
    for (let j = 0; j < PERIODS.length; j++) {
      const period = PERIODS[j] ?? 1;
      const average = exponential[j] ?? 0;
      exponential[j] = average + (i < period ? value / period : (2 / (period + 1)) * (value - average));
    }
  }
  let sumOfCloses = 0;
  for (let age = 0; age < 200; age++) {
    sumOfCloses += close[end - age] ?? Number.NaN;
    if (age + 1 === PERIODS[simple.length]) {
      simple.push(sumOfCloses / (age + 1));
    }
  }
  /** @param {number} last @param {number} period */
  const weighted = (last, period) => {
    let sum = 0;
    for (let weight = 1; weight <= period; weight++) {
      sum += weight * (close[last - period + weight] ?? Number.NaN);
    }
    return (2 * sum) / (period * (period + 1));
  };
  let hull = 0;
  for (let weight = 1; weight <= 3; weight++) {
    hull += (weight * (2 * weighted(end - 3 + weight, 4) - weighted(end - 3 + weight, 9))) / 6;
  }
  let traded = 0;
  let volume = 0;
  for (let i = end - 19; i <= end; i++) {
    traded += (close[i] ?? Number.NaN) * (volumeBase[i] ?? Number.NaN);
    volume += volumeBase[i] ?? Number.NaN;
  }
  let top = Number.NEGATIVE_INFINITY;
  let bottom = Number.POSITIVE_INFINITY;
  /** @type {number[]} */
  const middles = [];
  for (let age = 0; age < 52; age++) {
    top = Math.max(top, high[end - age] ?? Number.NaN);
    bottom = Math.min(bottom, low[end - age] ?? Number.NaN);
    if (age === 8 || age === 25 || age === 51) {
      middles.push((top + bottom) / 2);
    }
  }
  const [conversion = 0, base = 0, spanB = 0] = middles;
  const spanA = (conversion + base) / 2;
  const rises = spanA > spanB && base > spanA && conversion > base && price > conversion;
  const falls = spanA < spanB && base < spanA && conversion < base && price < conversion;
  const averages = [...simple, ...exponential, hull, traded / volume];
  return [...averages.map((average) => Math.sign(price - average)), Number(rises) - Number(falls)];
}
