import { EngineInputError } from "../domain/engine-input-error.ts";
import type { Candles } from "../domain/market-data.ts";
import { TIMEFRAME_MS, type Timeframe } from "../domain/symbol-inputs.ts";
import { at } from "../indicators/columns.ts";
import {
  checkColumn,
  checkColumns,
  checkNumber,
  checkObject,
  checkOrder,
  FINITE,
  LARGEST,
  NOT_NEGATIVE,
  POSITIVE,
  shown,
} from "./check-columns.ts";

/** Prices that were converted or averaged may lie outside of their candle by this share of its high. */
const ROUNDING = 1e-5;

/** @throws EngineInputError */
export function checkCandles(timeframe: Timeframe, candles: Candles): void {
  const place = `candles.${timeframe}`;
  checkObject(place, candles);
  if (candles.intervalMs !== TIMEFRAME_MS[timeframe]) {
    const reason = `is ${shown(candles.intervalMs)}, not ${TIMEFRAME_MS[timeframe]}`;
    throw new EngineInputError(`${place}.intervalMs`, reason);
  }
  checkCandleColumns(place, candles);
}

/** Candles at a price of 0 throughout are none that cannot be: nothing moved (`no_activity`). @throws EngineInputError */
export function checkCandleColumns(place: string, candles: Candles): void {
  checkObject(place, candles);
  const { intervalMs, openTimeMs, open, high, low, close, volumeBase } = candles;
  checkNumber(`${place}.intervalMs`, intervalMs, POSITIVE);
  checkColumns(place, { openTimeMs, open, high, low, close, volumeBase });
  checkColumn(place, "openTimeMs", openTimeMs, FINITE);
  const words = "candles must be oldest first, none twice, each after the end of the one before";
  checkOrder(place, "openTimeMs", openTimeMs, { direction: 1, leastStep: intervalMs, words });
  for (let i = 0; i < openTimeMs.length; i++) {
    const most = at(high, i);
    const slack = ROUNDING * most;
    const least = at(low, i) - slack;
    const isInside = least <= at(open, i) && at(open, i) - slack <= most && at(close, i) - slack <= most;
    const isPriced = at(low, i) > 0 || (at(low, i) === 0 && most === 0);
    const isTraded = at(volumeBase, i) >= 0 && at(volumeBase, i) <= LARGEST;
    if (!(isPriced && isInside && least <= at(close, i) && least <= most && most <= LARGEST && isTraded)) {
      refuseCandle(place, candles, i);
    }
  }
}

/** Says what is wrong with a candle that cannot be. @throws EngineInputError always */
function refuseCandle(place: string, { open, high, low, close, volumeBase }: Candles, index: number): never {
  for (const [name, column] of Object.entries({ open, high, low, close, volumeBase })) {
    checkNumber(`${place}.${name}[${index}]`, column[index], NOT_NEGATIVE);
  }
  const [o, h, l, c] = [at(open, index), at(high, index), at(low, index), at(close, index)];
  for (const [name, price] of Object.entries({ open: o, high: h, low: l, close: c })) {
    if (price === 0) {
      throw new EngineInputError(`${place}.${name}[${index}]`, `is 0, in a candle with prices above 0`);
    }
  }
  throw h < Math.max(o, l, c)
    ? new EngineInputError(`${place}.high[${index}]`, `is ${h}, below the candle's ${Math.max(o, l, c)}`)
    : new EngineInputError(`${place}.low[${index}]`, `is ${l}, above the candle's ${Math.min(o, c)}`);
}
