import { hashOf, unitOf } from "./random.ts";

/** Independent of its neighbours, mean 0, deviation 1, never beyond 2.45 (a triangular distribution). */
function latticeValue(key: number, octave: number, index: number): number {
  const hash = hashOf(key, octave, index);
  return ((hash & 0xffff) / 65_536 + (hash >>> 16) / 65_536 - 1) * Math.sqrt(6);
}

/** One octave: straight lines between lattice values that are one unit of `position` apart. */
function octaveAt(key: number, octave: number, position: number): number {
  // Each octave has its own offset, or else all of them would turn at the same moments.
  const shifted = position + unitOf(hashOf(key, octave, -1));
  const index = Math.floor(shifted);
  const from = latticeValue(key, octave, index);
  return from + (latticeValue(key, octave, index + 1) - from) * (shifted - index);
}

const WALK_OCTAVES = 10;
const BLOCKS_PER_DAY = 6;

/**
 * A path like a random walk that can be evaluated at any time directly: octaves of value noise whose
 * amplitude grows with the square root of their period, from 4 hours to 85 days. It moves by about `1` a day and is
 * about `5` away from 0 (standard deviations), so that prices always stay plausible.
 *
 * @param position time in 4-hour blocks since 1970
 */
export function walkAt(key: number, position: number): number {
  let sum = 0;
  let period = 1;
  for (let octave = 0; octave < WALK_OCTAVES; octave++) {
    sum += Math.sqrt(period) * octaveAt(key, octave, position / period);
    period *= 2;
  }
  return sum / Math.sqrt(4 * BLOCKS_PER_DAY);
}

/**
 * A level that drifts around 0 (deviation about 0.8) and changes completely over some `periodMs`, with finer variation of
 * half and a quarter of that period.
 */
export function driftAt(key: number, timeMs: number, periodMs: number): number {
  const position = timeMs / periodMs;
  return (
    0.8 * octaveAt(key, 0, position) + 0.48 * octaveAt(key, 1, position * 2) + 0.29 * octaveAt(key, 2, position * 4)
  );
}
