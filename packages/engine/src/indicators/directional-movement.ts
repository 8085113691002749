import type { Candles } from "../domain/market-data.ts";
import { at, type Column, columnOf } from "./columns.ts";
import { wilderAverage } from "./moving-averages.ts";
import { averageTrueRange } from "./true-range.ts";

export interface DirectionalMovement {
  /** +DI, 0..100. */
  readonly plusDi: Column;
  /** -DI, 0..100. */
  readonly minusDi: Column;
  /** 0..100. */
  readonly adx: Column;
}

/** Wilder's directional movement system (1978). DX is 0 where neither direction moved. */
export function directionalMovement(candles: Candles, period: number): DirectionalMovement {
  const { high, low, close } = candles;
  const up = columnOf(close.length, (i) => at(high, i) - at(high, i - 1));
  const down = columnOf(close.length, (i) => at(low, i - 1) - at(low, i));
  const moved = (one: Column, other: Column) =>
    wilderAverage(
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
  const range = averageTrueRange(candles, period);
  const index = columnOf(close.length, (i) => {
    const sum = at(plus, i) + at(minus, i);
    return sum === 0 ? 0 : (100 * Math.abs(at(plus, i) - at(minus, i))) / sum;
  });
  return {
    plusDi: columnOf(close.length, (i) => (100 * at(plus, i)) / at(range, i)),
    minusDi: columnOf(close.length, (i) => (100 * at(minus, i)) / at(range, i)),
    adx: wilderAverage(index, period),
  };
}
