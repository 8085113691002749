import type { Candle, MinuteBlock } from "./candle.ts";
import type { Prints } from "./prints.ts";

/** Aggregates minutes, trades and candles into one candle. */
export interface CandleBuilder {
  /** Adds the minutes from `from` to before `to` of a block. */
  addMinutes(block: MinuteBlock, from: number, to: number): void;
  /** Adds the trades up to `untilMs` of a minute that opened at `open`. */
  addPrints(open: number, prints: Prints, untilMs: number): void;
  add(candle: Candle): void;
  /** Undefined when nothing was added. */
  build(openTimeMs: number): Candle | undefined;
}

export function createCandleBuilder(): CandleBuilder {
  let open = Number.NaN;
  let high = -Infinity;
  let low = Infinity;
  let close = Number.NaN;
  let volume = 0;
  let turnoverTimes3 = 0;
  const isEmpty = () => high === -Infinity;
  return {
    addMinutes: (block, from, to) => {
      for (let index = from; index < to; index++) {
        const minuteHigh = block.high[index] ?? Number.NaN;
        const minuteLow = block.low[index] ?? Number.NaN;
        const minuteClose = block.close[index] ?? Number.NaN;
        const minuteVolume = block.volume[index] ?? 0;
        if (isEmpty()) {
          open = block.open[index] ?? Number.NaN;
        }
        if (minuteHigh > high) {
          high = minuteHigh;
        }
        if (minuteLow < low) {
          low = minuteLow;
        }
        close = minuteClose;
        volume += minuteVolume;
        turnoverTimes3 += minuteVolume * (minuteHigh + minuteLow + minuteClose);
      }
    },
    addPrints: (minuteOpen, { timeMs, price, quantity }, untilMs) => {
      let shown = 0;
      while (shown < timeMs.length && (timeMs[shown] ?? Infinity) <= untilMs) {
        shown++;
      }
      if (shown === 0) {
        return;
      }
      if (isEmpty()) {
        open = minuteOpen;
      }
      let [minuteHigh, minuteLow, minuteVolume] = [minuteOpen, minuteOpen, 0];
      for (let index = 0; index < shown; index++) {
        const paid = price[index] ?? minuteOpen;
        minuteHigh = Math.max(minuteHigh, paid);
        minuteLow = Math.min(minuteLow, paid);
        minuteVolume += quantity[index] ?? 0;
      }
      close = price[shown - 1] ?? minuteOpen;
      high = Math.max(high, minuteHigh);
      low = Math.min(low, minuteLow);
      volume += minuteVolume;
      turnoverTimes3 += minuteVolume * (minuteHigh + minuteLow + close);
    },
    add: (candle) => {
      if (isEmpty()) {
        open = candle.open;
      }
      high = Math.max(high, candle.high);
      low = Math.min(low, candle.low);
      close = candle.close;
      volume += candle.volume;
      turnoverTimes3 += candle.turnoverTimes3;
    },
    build: (openTimeMs) => (isEmpty() ? undefined : { openTimeMs, open, high, low, close, volume, turnoverTimes3 }),
  };
}
