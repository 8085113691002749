import { type Column, checkPeriod, type HighLowClose } from "./columns.ts";
import { createScratch } from "./scratch.ts";
import { typicalPriceAt, typicalPriceInto } from "./typical-price.ts";
import { windowSum } from "./window-sum.ts";

/** Lambert's constant: most values then lie within -100..100. */
const LAMBERT = 0.015;
/** A mean deviation of no more than this share of the average is the rounding of the average: there is none. */
const ROUNDING = 1e-11;

const scratch = createScratch();

/**
 * Commodity channel index (Donald Lambert, 1980): the distance of the typical price from its simple average, in units of .015
 * mean deviations; NaN where the deviation is zero. The usual period is 20. Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * cci({ high: Float64Array.of(1, 3), low: Float64Array.of(1, 3), close: Float64Array.of(1, 3) }, 2) // [NaN, 66.67]
 */
export function cci(columns: HighLowClose, period: number): Column {
  checkPeriod(period);
  const typical = typicalPriceInto(scratch(columns.close.length), columns);
  const result = new Float64Array(typical.length).fill(Number.NaN, 0, period - 1);
  let sum = 0;
  for (let i = 0; i < typical.length; i++) {
    sum += (typical[i] ?? Number.NaN) - (i < period ? 0 : (typical[i - period] ?? Number.NaN));
    if (i < period - 1) {
      continue;
    }
    if (Number.isNaN(sum)) {
      // A value that is not known must not outlast its window.
      sum = windowSum(typical, i, period);
    }
    const centre = sum / period;
    // Two sums in turn, because each addition waits for the one before it; the newest one is left over from an odd number.
    const distance = (typical[i] ?? Number.NaN) - centre;
    let deviation = period % 2 === 0 ? 0 : Math.abs(distance);
    let others = 0;
    for (let j = i - period + 1; j < i; j += 2) {
      deviation += Math.abs((typical[j] ?? Number.NaN) - centre);
      others += Math.abs((typical[j + 1] ?? Number.NaN) - centre);
    }
    result[i] = inDeviations(distance, (deviation + others) / period, centre);
  }
  return result;
}

/** The value at index `end` alone, with `softening`, in price, added to the mean deviation. */
export function cciAt(columns: HighLowClose, end: number, period: number, softening = 0): number {
  if (end < period - 1) {
    return Number.NaN;
  }
  // As distances from the newest price, which are exact: the same candles in another order give the same bits.
  const newest = typicalPriceAt(columns, end);
  let sum = 0;
  for (let i = end - period + 1; i <= end; i++) {
    sum += typicalPriceAt(columns, i) - newest;
  }
  const centre = sum / period;
  let deviation = 0;
  for (let i = end - period + 1; i <= end; i++) {
    deviation += Math.abs(typicalPriceAt(columns, i) - newest - centre);
  }
  return inDeviations(-centre, deviation / period + softening, newest);
}

/** @param price The size of the prices, whose rounding is no deviation. */
function inDeviations(distance: number, deviation: number, price: number): number {
  return deviation <= ROUNDING * Math.abs(price) ? Number.NaN : distance / (LAMBERT * deviation);
}
