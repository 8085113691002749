import { type Column, commonLength, type HighLowClose } from "./columns.ts";
import { emaInto } from "./ema.ts";
import { createScratch } from "./scratch.ts";

/** In price. */
export interface ElderRay {
  /** High - EMA of the close. */
  readonly bullPower: Column;
  /** Low - EMA of the close. */
  readonly bearPower: Column;
}

const scratch = createScratch();

/**
 * Elder ray (Alexander Elder): bull power and bear power, in price. The usual period is 13.
 * Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * elderRay({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3), close: Float64Array.of(3, 5) }, 2).bullPower // [NaN, 2]
 */
export function elderRay({ high, low, close }: HighLowClose, period: number): ElderRay {
  const length = commonLength({ high, low, close });
  const average = emaInto(scratch(length), close, period);
  const bullPower = new Float64Array(length);
  const bearPower = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    bullPower[i] = (high[i] ?? Number.NaN) - (average[i] ?? Number.NaN);
    bearPower[i] = (low[i] ?? Number.NaN) - (average[i] ?? Number.NaN);
  }
  return { bullPower, bearPower };
}
