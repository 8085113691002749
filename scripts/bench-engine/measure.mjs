/** @param {readonly number[]} numbers an odd number of them */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/**
 * The processor time of each, in µs for one run: medians of several rounds. In each round all take their turn, so that a busy
 * moment of the machine meets all of them. Processor time, not time of day: other programs count less.
 * @param {readonly (() => unknown)[]} runs @param {{ readonly rounds: number, readonly repeats: number }} options
 * @returns {readonly number[]}
 */
export function processorTimesUs(runs, { rounds, repeats }) {
  /** @type {number[][]} */
  const times = runs.map(() => []);
  // The first round is for the compiler.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, run] of runs.entries()) {
      const before = process.cpuUsage();
      for (let i = 0; i < repeats; i++) {
        run();
      }
      const { user, system } = process.cpuUsage(before);
      if (round > 0) {
        times[index]?.push((user + system) / repeats);
      }
    }
  }
  return times.map(median);
}

/**
 * The largest difference between two columns where both end at the same candle, relative to the larger of the values and 1.
 * @param {ArrayLike<number>} ours @param {ArrayLike<number>} others @param {number} compared how many of the newest values; as
 * many as both have, when there are fewer
 * @returns {number} NaN when one has a value that the other does not have
 */
export function largestDifference(ours, others, compared) {
  const count = Math.min(compared, ours.length, others.length);
  let largest = 0;
  for (let back = 1; back <= count; back++) {
    const a = ours[ours.length - back] ?? Number.NaN;
    const b = others[others.length - back] ?? Number.NaN;
    if (Number.isNaN(a) && Number.isNaN(b)) {
      continue;
    }
    largest = Math.max(largest, Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b)));
  }
  return largest;
}
