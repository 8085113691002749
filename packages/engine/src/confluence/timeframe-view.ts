import { closedTail } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import type { Input } from "../domain/symbol-inputs.ts";
import { atrInto } from "../indicators/atr.ts";
import { type Column, last } from "../indicators/columns.ts";
import { windowHigh, windowLow } from "../indicators/extremes.ts";
import { createScratch, type Scratch } from "../indicators/scratch.ts";
import { type MissingData, missing } from "./rule-outcome.ts";
import { usableInput } from "./usable-input.ts";

/** What every rule of a timeframe shares. */
export const TIMEFRAME = {
  /** A timeframe needs this many closed candles. */
  minCandles: 60,
  atrPeriod: 14,
  /** Added to every denominator made of price differences. */
  softeningAtr: 0.05,
  /** The candles behind a deviation of price differences. */
  deviationCandles: 500,
};

/** The candles of one timeframe, prepared for the rules: there are enough of them, they are recent, and not flat. */
export interface TimeframeView {
  readonly known: true;
  /**
   * Prices as distances from `price`. The rules use differences only, which would lose digits to the rounding of numbers a
   * million times as large.
   */
  readonly candles: Candles;
  /** The last close. */
  readonly price: number;
  /** Wilder's average true range of 14 at each candle, in price. */
  readonly atrColumn: Float64Array;
  /** The newest value of `atrColumn`. */
  readonly atr: number;
  /** .05 ATR in price. Added to every denominator made of price differences, so that nothing is divided by almost zero. */
  readonly softening: number;
}

/** Memory for one view, which the next view into it overwrites. */
export interface ViewMemory {
  readonly open: Scratch;
  readonly high: Scratch;
  readonly low: Scratch;
  readonly close: Scratch;
  readonly atr: Scratch;
}

export function createViewMemory(): ViewMemory {
  return {
    open: createScratch(),
    high: createScratch(),
    low: createScratch(),
    close: createScratch(),
    atr: createScratch(),
  };
}

/**
 * Prepares the candles for the rules. A candle that has not closed by `nowMs` is left out, and so are
 * those before a hole.
 * Missing when there are fewer than 60, when they are stale, or when the price has not moved in the last 60.
 */
export function viewTimeframe(input: Input<Candles>, nowMs: number, memory: ViewMemory): TimeframeView | MissingData {
  const usable = usableInput(input, nowMs);
  if (!usable.known) {
    return usable;
  }
  const closed = closedTail(usable.value, nowMs);
  const count = closed.close.length;
  if (count < TIMEFRAME.minCandles) {
    return missing("too_short");
  }
  const price = last(closed.close);
  const candles = {
    ...closed,
    open: distances(closed.open, price, memory.open),
    high: distances(closed.high, price, memory.high),
    low: distances(closed.low, price, memory.low),
    close: distances(closed.close, price, memory.close),
  };
  const atrColumn = atrInto(memory.atr(count), candles, TIMEFRAME.atrPeriod);
  const newestAtr = last(atrColumn);
  const flat =
    windowHigh(candles.high, count - 1, TIMEFRAME.minCandles) ===
    windowLow(candles.low, count - 1, TIMEFRAME.minCandles);
  if (flat || !(newestAtr > 0)) {
    return missing("no_activity");
  }
  return { known: true, candles, price, atrColumn, atr: newestAtr, softening: TIMEFRAME.softeningAtr * newestAtr };
}

function distances(values: Column, price: number, memory: Scratch): Column {
  const result = memory(values.length);
  for (let i = 0; i < values.length; i++) {
    result[i] = (values[i] ?? Number.NaN) - price;
  }
  return result;
}

/** Standard deviation of price differences over `span` candles within the last 500 candles, softened, in price. */
export function softenedDeviation({ candles: { close }, softening }: TimeframeView, span: number): number {
  const first = Math.max(0, close.length - TIMEFRAME.deviationCandles) + span;
  const count = close.length - first;
  let sum = 0;
  for (let i = first; i < close.length; i++) {
    sum += differenceAt(close, i, span);
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = first; i < close.length; i++) {
    squares += (differenceAt(close, i, span) - mean) ** 2;
  }
  return (count > 0 ? Math.sqrt(squares / count) : 0) + softening;
}

function differenceAt(values: Column, i: number, span: number): number {
  return (values[i] ?? Number.NaN) - (values[i - span] ?? Number.NaN);
}
