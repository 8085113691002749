import { at, type Column, checkPeriod, columnOf, commonLength, type HighLow, type HighLowClose } from "./columns.ts";
import { highest, lowest } from "./extremes.ts";
import { ema, sma, windowSum } from "./moving-averages.ts";
import { medianPrice, typicalPrice } from "./prices.ts";

/**
 * Awesome oscillator (Bill Williams): SMA 5 - SMA 34 of the median price, in price. Warm-up: the first 33 values are NaN.
 *
 * @throws RangeError when the columns differ in length.
 * @example
 * awesomeOscillator({ high: new Float64Array(34).fill(4), low: new Float64Array(34).fill(2) })[33] // 0
 */
export function awesomeOscillator(columns: HighLow): Column {
  const median = medianPrice(columns);
  const fast = sma(median, 5);
  const slow = sma(median, 34);
  return columnOf(median.length, (i) => at(fast, i) - at(slow, i));
}

/**
 * Commodity channel index (Donald Lambert, 1980): the distance of the typical price from its simple average, in units of .015
 * mean deviations; NaN where the deviation is zero. The usual period is 20. Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * cci({ high: Float64Array.of(1, 3), low: Float64Array.of(1, 3), close: Float64Array.of(1, 3) }, 2) // [NaN, 66.67]
 */
export function cci(columns: HighLowClose, period: number): Column {
  return softenedCci(columns, period, 0);
}

/** CCI with `softening`, in price, added to the mean deviation. */
export function softenedCci(columns: HighLowClose, period: number, softening: number): Column {
  const typical = typicalPrice(columns);
  const average = sma(typical, period);
  return columnOf(typical.length, (i) => {
    const centre = at(average, i);
    if (Number.isNaN(centre)) {
      return Number.NaN;
    }
    let deviation = 0;
    for (let j = i - period + 1; j <= i; j++) {
      deviation += Math.abs(at(typical, j) - centre);
    }
    return (at(typical, i) - centre) / (0.015 * (deviation / period + softening));
  });
}

/**
 * Williams %R (Larry Williams), -100..0: the distance of the close below the highest high, in % of the range of the last
 * `period` candles; NaN where the range is zero. The usual period is 14. Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * williamsR({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3), close: Float64Array.of(3, 5) }, 2) // [NaN, -25]
 */
export function williamsR(columns: HighLowClose, period: number): Column {
  return softenedWilliamsR(columns, period, 0);
}

/** Williams %R with `softening`, in price, added to the range, half of it at each end. */
export function softenedWilliamsR({ high, low, close }: HighLowClose, period: number, softening: number): Column {
  const top = highest(high, period);
  const bottom = lowest(low, period);
  return columnOf(commonLength({ high, low, close }), (i) => {
    const fromMiddle = 2 * at(close, i) - at(top, i) - at(bottom, i);
    return (50 * fromMiddle) / (at(top, i) - at(bottom, i) + softening) - 50;
  });
}

/** In price. */
export interface ElderRay {
  /** High - EMA of the close. */
  readonly bullPower: Column;
  /** Low - EMA of the close. */
  readonly bearPower: Column;
}

/**
 * Elder ray (Alexander Elder): bull power and bear power, in price. The usual period is 13.
 * Warm-up: the first period - 1 values are NaN.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * elderRay({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3), close: Float64Array.of(3, 5) }, 2).bullPower // [NaN, 2]
 */
export function elderRay({ high, low, close }: HighLowClose, period: number): ElderRay {
  commonLength({ high, low, close });
  const average = ema(close, period);
  return {
    bullPower: columnOf(close.length, (i) => at(high, i) - at(average, i)),
    bearPower: columnOf(close.length, (i) => at(low, i) - at(average, i)),
  };
}

export interface UltimateOscillatorPeriods {
  readonly short: number;
  readonly middle: number;
  readonly long: number;
}

/**
 * Ultimate oscillator (Larry Williams, 1976), 0..100: buying pressure over true range in three windows, weighted 4, 2 and 1;
 * NaN where a window has no range. The usual periods are 7, 14 and 28.
 * Warm-up: as many values are NaN as the longest period has candles.
 *
 * @throws RangeError when a period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * ultimateOscillator({ high: Float64Array.of(4, 6), low: Float64Array.of(2, 3), close: Float64Array.of(3, 5) }, { short: 1, middle: 1, long: 1 }) // [NaN, 66.67]
 */
export function ultimateOscillator({ high, low, close }: HighLowClose, periods: UltimateOscillatorPeriods): Column {
  for (const period of [periods.short, periods.middle, periods.long]) {
    checkPeriod(period);
  }
  const trueLow = columnOf(commonLength({ high, low, close }), (i) => Math.min(at(low, i), at(close, i - 1)));
  const pressure = columnOf(close.length, (i) => at(close, i) - at(trueLow, i));
  const range = columnOf(close.length, (i) => Math.max(at(high, i), at(close, i - 1)) - at(trueLow, i));
  return columnOf(close.length, (i) => {
    const share = (period: number) => windowSum(pressure, i, period) / windowSum(range, i, period);
    return (100 * (4 * share(periods.short) + 2 * share(periods.middle) + share(periods.long))) / 7;
  });
}
