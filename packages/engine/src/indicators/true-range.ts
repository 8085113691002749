import type { Candles } from "../domain/market-data.ts";
import { at, type Column, columnOf } from "./columns.ts";
import { wilderAverage } from "./moving-averages.ts";

/** True range in price: the candle's range widened to the close before. NaN for the first candle. */
export function trueRange({ high, low, close }: Candles): Column {
  return columnOf(close.length, (i) => {
    const before = at(close, i - 1);
    return Math.max(at(high, i), before) - Math.min(at(low, i), before);
  });
}

/** Average true range in price, Wilder's (New Concepts in Technical Trading Systems, 1978). */
export function averageTrueRange(candles: Candles, period: number): Column {
  return wilderAverage(trueRange(candles), period);
}
