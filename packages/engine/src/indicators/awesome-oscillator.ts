import { type Column, commonLength, type HighLow } from "./columns.ts";
import { medianPriceAt } from "./median-price.ts";

/** Williams' periods. */
const PERIODS = { fast: 5, slow: 34 };

/**
 * Awesome oscillator (Bill Williams): SMA 5 - SMA 34 of the median price, in price. Warm-up: the first 33 values are NaN.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * awesomeOscillator({ high: new Float64Array(34).fill(4), low: new Float64Array(34).fill(2) })[33] // 0
 */
export function awesomeOscillator({ high, low }: HighLow): Column {
  const result = new Float64Array(commonLength({ high, low }));
  for (let i = 0; i < result.length; i++) {
    result[i] = awesomeOscillatorAt({ high, low }, i);
  }
  return result;
}

/** The value at index `end` alone; `fast` is the shorter period. */
export function awesomeOscillatorAt(columns: HighLow, end: number, { fast, slow } = PERIODS): number {
  if (end < slow - 1) {
    return Number.NaN;
  }
  let sum = 0;
  let newest = 0;
  for (let i = end - slow + 1; i <= end; i++) {
    const price = medianPriceAt(columns, i);
    sum += price;
    newest += i > end - fast ? price : 0;
  }
  return newest / fast - sum / slow;
}
