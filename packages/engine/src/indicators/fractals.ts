import type { Candles } from "../domain/market-data.ts";
import { at } from "./columns.ts";

export interface Swing {
  /** Index of the candle with the extreme, which is confirmed two candles later. */
  readonly index: number;
  readonly price: number;
  readonly kind: "high" | "low";
}

/** An extreme is confirmed by this many candles after it. */
export const CONFIRMING_CANDLES = 2;

/**
 * Swing highs and lows: fractals of five candles (Bill Williams). An extreme is beyond the two candles before it, and
 * the two after it do not pass it, so that the first of equal neighbours counts.
 *
 * @param from Index of the first candle that may be an extreme.
 */
export function swings({ high, low }: Candles, from: number): readonly Swing[] {
  const found: Swing[] = [];
  for (let i = Math.max(from, 2); i + CONFIRMING_CANDLES < high.length; i++) {
    if (isPeak(high, i, 1)) {
      found.push({ index: i, price: at(high, i), kind: "high" });
    }
    if (isPeak(low, i, -1)) {
      found.push({ index: i, price: at(low, i), kind: "low" });
    }
  }
  return found;
}

function isPeak(values: Float64Array, i: number, sign: 1 | -1): boolean {
  const over = (other: number) => sign * (at(values, i) - at(values, other));
  return over(i - 1) > 0 && over(i - 2) > 0 && over(i + 1) >= 0 && over(i + 2) >= 0;
}
