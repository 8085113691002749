import { at, type Column, columnOf, commonLength, type HighLow } from "./columns.ts";
import { highest, lowest } from "./extremes.ts";

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
  commonLength({ high, low });
  const middleOf = (period: number) => {
    const top = highest(high, period);
    const bottom = lowest(low, period);
    return columnOf(high.length, (i) => (at(top, i) + at(bottom, i)) / 2);
  };
  const conversion = middleOf(periods.conversion);
  const base = middleOf(periods.base);
  return {
    conversion,
    base,
    spanA: columnOf(high.length, (i) => (at(conversion, i) + at(base, i)) / 2),
    spanB: middleOf(periods.spanB),
  };
}
