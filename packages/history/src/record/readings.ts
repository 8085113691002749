import { median } from "./ranks.ts";

/** A quarter of an hour at which enough symbols were scored. */
export interface Moment<Row> {
  readonly asOfMs: number;
  readonly periodMs: number;
  /** The market's direction as the refresh says it. */
  readonly direction: string | null;
  /** The scored symbols. */
  readonly rows: readonly Row[];
}

/** What became of the symbols of a moment, from one entry to one exit. */
export interface Returns {
  /** By the moment's rows: the log return less the median of the cross-section; NaN where it is missing. */
  readonly relative: Float64Array;
  readonly readings: number;
  readonly missing: number;
  readonly delisted: number;
}

/** A return of less is rounding: two contracts that move alike are equal, whatever their prices. */
const RETURN_STEPS = 1e12;

/**
 * Relative returns of a moment's symbols.
 *
 * @param entryPrices - By row, NaN where not known.
 * @param exitPrices - The same.
 * @param delisted - How many of the exits are last prices of contracts that ended before.
 */
export function relativeReturns(entryPrices: Float64Array, exitPrices: Float64Array, delisted: number): Returns {
  const relative = new Float64Array(entryPrices.length);
  const known = new Float64Array(entryPrices.length);
  let readings = 0;
  for (let index = 0; index < relative.length; index += 1) {
    const move = Math.log((exitPrices[index] ?? Number.NaN) / (entryPrices[index] ?? Number.NaN));
    relative[index] = move;
    if (!Number.isNaN(move)) {
      known[readings++] = move;
    }
  }
  const middle = median(known.subarray(0, readings));
  for (let index = 0; index < relative.length; index += 1) {
    relative[index] = Math.round(((relative[index] ?? Number.NaN) - middle) * RETURN_STEPS) / RETURN_STEPS;
  }
  return { relative, readings, missing: relative.length - readings, delisted };
}
