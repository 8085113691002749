/** A seeded stream of random numbers (mulberry32): the same seed gives the same market on every machine. */
export interface Random {
  /** Evenly from 0 (included) to 1 (excluded). */
  uniform(): number;
  /** Normally distributed, mean 0, deviation 1. */
  normal(): number;
  /** A whole number from 0 (included) to `end` (excluded). */
  below(end: number): number;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (end) => Math.floor(uniform() * end),
  };
}
