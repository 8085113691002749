import { at, type Column, columnOf, type HighLowClose } from "./columns.ts";
import { smma } from "./moving-averages.ts";
import { atr } from "./true-range.ts";

export interface Adx {
  /** +DI, 0..100. */
  readonly plusDi: Column;
  /** -DI, 0..100. */
  readonly minusDi: Column;
  /** 0..100. */
  readonly adx: Column;
}

/**
 * Average directional index with its two directional indicators (Wilder 1978), each 0..100. DX is 0 when neither direction
 * moved. The usual period is 14.
 * Warm-up: the first `period` values of +DI and -DI are NaN, and the first 2 period - 1 of ADX.
 *
 * @throws RangeError when the period is not a whole number of at least 1, or the columns differ in length.
 * @example
 * adx({ high: Float64Array.of(5, 9), low: Float64Array.of(3, 8), close: Float64Array.of(4, 8) }, 1).plusDi // [NaN, 80]
 */
export function adx({ high, low, close }: HighLowClose, period: number): Adx {
  const range = atr({ high, low, close }, period);
  const up = columnOf(close.length, (i) => at(high, i) - at(high, i - 1));
  const down = columnOf(close.length, (i) => at(low, i - 1) - at(low, i));
  const moved = (one: Column, other: Column) =>
    smma(
      columnOf(close.length, (i) => {
        const move = at(one, i);
        if (Number.isNaN(move)) {
          return Number.NaN;
        }
        return move > at(other, i) && move > 0 ? move : 0;
      }),
      period,
    );
  const plus = moved(up, down);
  const minus = moved(down, up);
  const dx = columnOf(close.length, (i) => {
    const sum = at(plus, i) + at(minus, i);
    return sum === 0 ? 0 : (100 * Math.abs(at(plus, i) - at(minus, i))) / sum;
  });
  return {
    plusDi: columnOf(close.length, (i) => (100 * at(plus, i)) / at(range, i)),
    minusDi: columnOf(close.length, (i) => (100 * at(minus, i)) / at(range, i)),
    adx: smma(dx, period),
  };
}
