import { closedTail } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import type { Input } from "../domain/symbol-inputs.ts";
import { atr } from "../indicators/atr.ts";
import { last } from "../indicators/columns.ts";
import { windowHigh, windowLow } from "../indicators/extremes.ts";
import { momentum } from "../indicators/momentum.ts";
import { populationDeviation } from "../indicators/statistics.ts";
import { type MissingData, missing } from "./rule-outcome.ts";
import { usableInput } from "./usable-input.ts";

/** What every rule of a timeframe shares. */
const TIMEFRAME = {
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

/**
 * Prepares the candles for the rules. A candle that has not closed by `nowMs` is left out, and so are
 * those before a hole.
 * Missing when there are fewer than 60, when they are stale, or when the price has not moved in the last 60.
 */
export function viewTimeframe(input: Input<Candles>, nowMs: number): TimeframeView | MissingData {
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
  const candles = relativeTo(closed, price);
  const atrColumn = atr(candles, TIMEFRAME.atrPeriod);
  const newestAtr = last(atrColumn);
  const flat =
    windowHigh(candles.high, count - 1, TIMEFRAME.minCandles) ===
    windowLow(candles.low, count - 1, TIMEFRAME.minCandles);
  if (flat || !(newestAtr > 0)) {
    return missing("no_activity");
  }
  return { known: true, candles, price, atrColumn, atr: newestAtr, softening: TIMEFRAME.softeningAtr * newestAtr };
}

function relativeTo(candles: Candles, price: number): Candles {
  const distance = (column: Float64Array) => column.map((value) => value - price);
  return {
    ...candles,
    open: distance(candles.open),
    high: distance(candles.high),
    low: distance(candles.low),
    close: distance(candles.close),
  };
}

/** Standard deviation of price differences over `span` candles within the last 500 candles, softened, in price. */
export function softenedDeviation({ candles, softening }: TimeframeView, span: number): number {
  const recent = candles.close.subarray(-TIMEFRAME.deviationCandles);
  const differences = momentum(recent, span).subarray(span);
  return (populationDeviation(differences) ?? 0) + softening;
}
