import type { Candles } from "../domain/market-data.ts";
import { at, type Column, columnOf } from "./columns.ts";
import { highest, lowest } from "./extremes.ts";
import { ema, sma, windowSum } from "./moving-averages.ts";

/** (high + low + close) / 3. */
export function typicalPrice({ high, low, close }: Candles): Column {
  return columnOf(close.length, (i) => (at(high, i) + at(low, i) + at(close, i)) / 3);
}

/** (high + low) / 2. */
export function medianPrice({ high, low }: Candles): Column {
  return columnOf(high.length, (i) => (at(high, i) + at(low, i)) / 2);
}

/** Bill Williams' awesome oscillator in price: SMA 5 - SMA 34 of the median price. */
export function awesomeOscillator(candles: Candles): Column {
  const median = medianPrice(candles);
  const fast = sma(median, 5);
  const slow = sma(median, 34);
  return columnOf(median.length, (i) => at(fast, i) - at(slow, i));
}

/**
 * Commodity channel index (Lambert 1980): distance of the typical price from its average in mean deviations of .015.
 *
 * @param softening Price added to the mean deviation; 0 is the textbook form, NaN where the deviation is zero.
 */
export function commodityChannelIndex(candles: Candles, period: number, softening = 0): Column {
  const typical = typicalPrice(candles);
  const average = sma(typical, period);
  return columnOf(typical.length, (i) => {
    const centre = at(average, i);
    let deviation = 0;
    for (let j = i - period + 1; j <= i; j++) {
      deviation += Math.abs(at(typical, j) - centre);
    }
    return (at(typical, i) - centre) / (0.015 * (deviation / period + softening));
  });
}

/**
 * Williams %R, -100..0: distance of the close below the highest high, in % of the range.
 *
 * @param softening Price added to the range, half at each end; 0 is the textbook form, NaN where the range is zero.
 */
export function williamsR({ high, low, close }: Candles, period: number, softening = 0): Column {
  const top = highest(high, period);
  const bottom = lowest(low, period);
  return columnOf(close.length, (i) => {
    const fromMiddle = 2 * at(close, i) - at(top, i) - at(bottom, i);
    return (50 * fromMiddle) / (at(top, i) - at(bottom, i) + softening) - 50;
  });
}

export interface ElderRay {
  /** High - EMA of the close. */
  readonly bullPower: Column;
  /** Low - EMA of the close. */
  readonly bearPower: Column;
}

/** Alexander Elder's bull and bear power, in price. */
export function elderRay({ high, low, close }: Candles, period: number): ElderRay {
  const average = ema(close, period);
  return {
    bullPower: columnOf(close.length, (i) => at(high, i) - at(average, i)),
    bearPower: columnOf(close.length, (i) => at(low, i) - at(average, i)),
  };
}

/** Larry Williams' ultimate oscillator, 0..100: buying pressure over true range in three windows, weighted 4, 2, 1. */
export function ultimateOscillator(candles: Candles, short: number, middle: number, long: number): Column {
  const { high, low, close } = candles;
  const trueLow = columnOf(close.length, (i) => Math.min(at(low, i), at(close, i - 1)));
  const pressure = columnOf(close.length, (i) => at(close, i) - at(trueLow, i));
  const range = columnOf(close.length, (i) => Math.max(at(high, i), at(close, i - 1)) - at(trueLow, i));
  return columnOf(close.length, (i) => {
    const share = (period: number) => windowSum(pressure, i, period) / windowSum(range, i, period);
    return (100 * (4 * share(short) + 2 * share(middle) + share(long))) / 7;
  });
}
