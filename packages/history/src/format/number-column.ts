import { createByteReader } from "./bytes.ts";

/** Figures with more decimals than this are kept as they are in memory. */
const MAX_DECIMALS = 12;
/** Of a figure in the hundred millions with few digits the last six are not written. */
const MIN_DECIMALS = -6;
const AS_DOUBLES = 127;
/** Differences of such numbers are still exact. */
const MAX_SCALED = 2 ** 50;
const WORD = 2 ** 32;
const WORD_BYTES = 4;

/** Codes are needed within one call only; making them anew for each column of each record would cost megabytes. */
let scratch: Codes = { low: new Uint32Array(0), high: new Uint32Array(0) };

/** One code of up to 64 bits for each figure, as two words. */
interface Codes {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/**
 * Writes figures, NaN for unknown ones, so that the same ones are read back, bit by bit. Those of one symbol follow each other: where all
 * of them are decimal numbers, which prices and rounded figures are, a code stands for the difference from the one before.
 * First come the decimals of each symbol, then the number of bytes that the largest code needs, then the lowest byte of all codes, the
 * second byte of all ...: bytes that are noise lie apart from those that can be compressed (measured: a seventh less than one code after the other).
 *
 * @param lengths how many figures each symbol has
 */
export function encodeNumbers(values: Float64Array, lengths: readonly number[]): Buffer {
  const codes = takeScratch(values.length);
  const decimals = Buffer.alloc(lengths.length);
  let from = 0;
  for (const [slot, length] of lengths.entries()) {
    const run = values.subarray(from, from + length);
    const own = decimalsOf(run);
    decimals.writeInt8(own ?? AS_DOUBLES, slot);
    if (own === null) {
      putDoubles(run, codes, from);
    } else {
      putDifferences(run, own, codes, from);
    }
    from += length;
  }
  const planes = planesOf(codes);
  return Buffer.concat([decimals, Buffer.of(planes.length), ...planes]);
}

/** Reads what `encodeNumbers` wrote into `values`, which has as many places as all lengths together. Throws a FormatError. */
export function decodeNumbers(bytes: Buffer, lengths: readonly number[], values: Float64Array): void {
  const reader = createByteReader(bytes);
  const decimals = reader.take(lengths.length);
  const codes = takeScratch(values.length);
  const planes = reader.byte();
  for (let plane = 0; plane < planes; plane++) {
    const words = plane < WORD_BYTES ? codes.low : codes.high;
    const shift = 8 * (plane % WORD_BYTES);
    const bytes = reader.take(values.length);
    for (let index = 0; index < bytes.length; index++) {
      // Stored without a sign.
      words[index] = (words[index] ?? 0) | ((bytes[index] ?? 0) << shift);
    }
  }
  let at = 0;
  for (const [slot, length] of lengths.entries()) {
    const own = decimals.readInt8(slot);
    const run = values.subarray(at, at + length);
    if (own === AS_DOUBLES) {
      takeDoubles(run, codes, at);
    } else {
      takeDifferences(run, own, codes, at);
    }
    at += length;
  }
}

/** All codes are 0. */
function takeScratch(length: number): Codes {
  if (scratch.low.length < length) {
    scratch = { low: new Uint32Array(length), high: new Uint32Array(length) };
  }
  const codes = { low: scratch.low.subarray(0, length), high: scratch.high.subarray(0, length) };
  codes.low.fill(0);
  codes.high.fill(0);
  return codes;
}

function putDoubles(run: Float64Array, { low, high }: Codes, from: number): void {
  const words = new DataView(new ArrayBuffer(8));
  for (const [index, value] of run.entries()) {
    words.setFloat64(0, value, true);
    low[from + index] = words.getUint32(0, true);
    high[from + index] = words.getUint32(WORD_BYTES, true);
  }
}

function takeDoubles(run: Float64Array, { low, high }: Codes, from: number): void {
  const words = new DataView(new ArrayBuffer(8));
  for (let index = 0; index < run.length; index++) {
    words.setUint32(0, low[from + index] ?? 0, true);
    words.setUint32(WORD_BYTES, high[from + index] ?? 0, true);
    run[index] = words.getFloat64(0, true);
  }
}

/** Code 0: unknown. An odd one: so many up, an even one: so many down. */
function putDifferences(run: Float64Array, decimals: number, { low, high }: Codes, from: number): void {
  let before = 0;
  for (let index = 0; index < run.length; index++) {
    const value = run[index] ?? 0;
    if (Number.isNaN(value)) {
      continue;
    }
    const scaled = scale(value, decimals);
    const difference = scaled - before;
    before = scaled;
    const code = difference < 0 ? -2 * difference : 2 * difference + 1;
    low[from + index] = code % WORD;
    high[from + index] = Math.floor(code / WORD);
  }
}

function takeDifferences(run: Float64Array, decimals: number, { low, high }: Codes, from: number): void {
  // A power for each figure would be the dearest part of reading a file.
  const unit = 10 ** Math.abs(decimals);
  let before = 0;
  for (let index = 0; index < run.length; index++) {
    const code = (high[from + index] ?? 0) * WORD + (low[from + index] ?? 0);
    if (code === 0) {
      run[index] = Number.NaN;
      continue;
    }
    before += code % 2 === 1 ? (code - 1) / 2 : -code / 2;
    run[index] = decimals < 0 ? before * unit : before / unit;
  }
}

/** The bytes of all codes, the lowest first, as many as the largest needs. */
function planesOf({ low, high }: Codes): readonly Buffer[] {
  const largestHigh = largestOf(high);
  return [...planesOfWords(low, largestHigh > 0 ? WORD - 1 : largestOf(low)), ...planesOfWords(high, largestHigh)];
}

function planesOfWords(words: Uint32Array, largest: number): readonly Buffer[] {
  const count = largest === 0 ? 0 : Math.floor(Math.log2(largest) / 8) + 1;
  return Array.from({ length: count }, (_, plane) => {
    const bytes = Buffer.alloc(words.length);
    for (let index = 0; index < words.length; index++) {
      bytes[index] = (words[index] ?? 0) >>> (8 * plane);
    }
    return bytes;
  });
}

function largestOf(words: Uint32Array): number {
  let largest = 0;
  for (let index = 0; index < words.length; index++) {
    largest = Math.max(largest, words[index] ?? 0);
  }
  return largest;
}

/** The fewest decimals with which every figure is written exactly, below 0 where all end in zeros; null where there are none. */
function decimalsOf(values: Float64Array): number | null {
  let decimals = MIN_DECIMALS;
  for (const value of values) {
    while (!isExact(value, decimals)) {
      decimals += 1;
      if (decimals > MAX_DECIMALS) {
        return null;
      }
    }
  }
  // One that came before those with more decimals may be too large for them.
  return values.every((value) => isExact(value, decimals)) ? decimals : null;
}

function isExact(value: number, decimals: number): boolean {
  const scaled = scale(value, decimals);
  return (
    Number.isNaN(value) ||
    (unscale(scaled, decimals) === value && Math.abs(scaled) <= MAX_SCALED && !Object.is(value, -0))
  );
}

/** Powers of ten below 1 are not exact: those of whole numbers are divided and multiplied by. */
function scale(value: number, decimals: number): number {
  return Math.round(decimals < 0 ? value / 10 ** -decimals : value * 10 ** decimals);
}

function unscale(scaled: number, decimals: number): number {
  return decimals < 0 ? scaled * 10 ** -decimals : scaled / 10 ** decimals;
}
