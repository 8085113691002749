import { type Column, commonLength } from "./columns.ts";

/** Direction and strength of a trend at the last candle. */
export interface SoftenedAdx {
  /** (+DI - -DI) / (+DI + -DI), -1..1. */
  readonly balance: number;
  /** 0..100. */
  readonly adx: number;
}

/**
 * ADX from the difference of a candle's moves up and down. Wilder keeps the larger of the two and drops the other, so that a
 * candle which widens evenly to both sides jumps between them. The difference equals Wilder's for nearly all candles, and does
 * not jump.
 *
 * @param softening In price, added to the sum of the two directions.
 */
export function softenedAdx(
  { high, low }: { readonly high: Column; readonly low: Column },
  period: number,
  softening: number,
): SoftenedAdx {
  const length = commonLength({ high, low });
  const share = 1 / period;
  let plus = 0;
  let minus = 0;
  let balance = Number.NaN;
  let adx = 0;
  for (let i = 1; i < length; i++) {
    const up = Math.max(0, (high[i] ?? Number.NaN) - (high[i - 1] ?? Number.NaN));
    const down = Math.max(0, (low[i - 1] ?? Number.NaN) - (low[i] ?? Number.NaN));
    const net = up - down;
    const taken = i > period ? share : 1 / i;
    plus += taken * (Math.max(0, net) - plus);
    minus += taken * (Math.max(0, -net) - minus);
    if (i >= period) {
      balance = (plus - minus) / (plus + minus + softening);
      const count = i - period + 1;
      adx += (count > period ? share : 1 / count) * (100 * Math.abs(balance) - adx);
    }
  }
  return { balance, adx: length - 1 < 2 * period - 1 ? Number.NaN : adx };
}
