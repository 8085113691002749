import type { Candles } from "../domain/market-data.ts";
import { at, type Column, columnOf } from "./columns.ts";
import { highest, lowest } from "./extremes.ts";

export interface Ichimoku {
  readonly conversion: Column;
  readonly base: Column;
  /** The spans as computed from this candle, not the ones displaced from 26 candles ago. */
  readonly spanA: Column;
  readonly spanB: Column;
}

/** Ichimoku Kinko Hyo: middles of the range of three windows, in price. */
export function ichimoku({ high, low }: Candles, short: number, middle: number, long: number): Ichimoku {
  const middleOf = (period: number) => {
    const top = highest(high, period);
    const bottom = lowest(low, period);
    return columnOf(high.length, (i) => (at(top, i) + at(bottom, i)) / 2);
  };
  const conversion = middleOf(short);
  const base = middleOf(middle);
  return {
    conversion,
    base,
    spanA: columnOf(high.length, (i) => (at(conversion, i) + at(base, i)) / 2),
    spanB: middleOf(long),
  };
}
