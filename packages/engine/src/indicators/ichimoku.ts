import { type Column, checkPeriod, commonLength, type HighLow } from "./columns.ts";
import { windowHigh, windowLow } from "./extremes.ts";

export interface IchimokuPeriods {
  readonly conversion: number;
  readonly base: number;
  readonly spanB: number;
}

/** In price. */
export interface Ichimoku {
  readonly conversion: Column;
  readonly base: Column;
  /** The spans computed at this candle, not displaced by 26 candles. */
  readonly spanA: Column;
  readonly spanB: Column;
}

/**
 * Ichimoku Kinko Hyo (Goichi Hosoda): the middle of the price range over three windows, in price; span A is the mean of
 * conversion and base. The usual periods are 9, 26 and 52.
 * Warm-up: period - 1 values of each line are NaN; span A has the longer one of conversion and base.
 *
 * @throws RangeError when a period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * ichimoku({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3) }, { conversion: 1, base: 2, spanB: 2 }).spanA // [NaN, 4.25]
 */
export function ichimoku({ high, low }: HighLow, periods: IchimokuPeriods): Ichimoku {
  for (const period of [periods.conversion, periods.base, periods.spanB]) {
    checkPeriod(period);
  }
  const length = commonLength({ high, low });
  const [conversion, base, spanA] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const spanB = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const [conversionNow, baseNow] = [middleOf(high, low, i, periods.conversion), middleOf(high, low, i, periods.base)];
    conversion[i] = conversionNow;
    base[i] = baseNow;
    spanA[i] = (conversionNow + baseNow) / 2;
    spanB[i] = middleOf(high, low, i, periods.spanB);
  }
  return { conversion, base, spanA, spanB };
}

/** The middle of the range of the `period` candles that end at index `end`. */
export function middleOf(high: Column, low: Column, end: number, period: number): number {
  return (windowHigh(high, end, period) + windowLow(low, end, period)) / 2;
}
