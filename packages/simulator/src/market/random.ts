/**
 * Randomness for any moment: every number is a hash of its context (seed, symbol, moment), so that no sequence has to be
 * replayed from the beginning, and the same request gives the same answer.
 */

/** FNV-1a over UTF-16 units, unsigned 32 bit. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Mixes integers into one unsigned 32-bit hash (the finalizer of MurmurHash3 after each). */
export function hashOf(first: number, second = 0, third = 0): number {
  return mix(mix(mix(first | 0) ^ (second | 0)) ^ (third | 0)) >>> 0;
}

function mix(value: number): number {
  let mixed = (value + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** 0 <= value < 1 from a hash. */
export function unitOf(hash: number): number {
  return hash / 4_294_967_296;
}

/** A short stream of random numbers. */
export interface RandomStream {
  /** Unsigned 32 bit. */
  bits(): number;
  /** 0 <= value < 1. */
  unit(): number;
}

/** The same hash gives the same stream (mulberry32). */
export function createRandomStream(hash: number): RandomStream {
  let state = hash | 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return { bits, unit: () => bits() / 4_294_967_296 };
}

const TABLE_BITS = 12;
const TABLE_SHIFT = 32 - TABLE_BITS;

/** A distribution as a table of its quantiles: one look-up per draw. */
export type Quantiles = Float64Array;

export function drawFrom(quantiles: Quantiles, bits: number): number {
  return quantiles[bits >>> TABLE_SHIFT] ?? 0;
}

function tabulate(quantile: (probability: number) => number): Quantiles {
  const size = 2 ** TABLE_BITS;
  return Float64Array.from({ length: size }, (_, index) => quantile((index + 0.5) / size));
}

/**
 * Student's t with 4 degrees of freedom, scaled to variance 1: returns with the fat tails of real minutes.
 * Closed form of the quantile: W. T. Shaw, "Sampling Student's T distribution" (2006).
 */
export const FAT_TAILED: Quantiles = tabulate((probability) => {
  const alpha = 4 * probability * (1 - probability);
  const quantile = Math.cos(Math.acos(Math.sqrt(alpha)) / 3) / Math.sqrt(alpha);
  const t = Math.sign(probability - 0.5) * 2 * Math.sqrt(Math.max(0, quantile - 1));
  return t / Math.SQRT2;
});

/** Exponential with mean 1. */
export const EXPONENTIAL: Quantiles = tabulate((probability) => -Math.log(1 - probability));

const HEAVY_SHAPE = 2.4;

/** Log-logistic with median 1: volumes, some of them many times the usual. */
export const HEAVY_POSITIVE: Quantiles = tabulate(
  (probability) => (probability / (1 - probability)) ** (1 / HEAVY_SHAPE),
);

export const HEAVY_POSITIVE_MEAN = Math.PI / HEAVY_SHAPE / Math.sin(Math.PI / HEAVY_SHAPE);
