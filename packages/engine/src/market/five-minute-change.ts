import { closedTail, newestCandles } from "../candles/slice-candles.ts";
import { checkPrices } from "../checks/check-inputs.ts";
import { datedCandles } from "../confluence/dated-inputs.ts";
import { type MissingData, missing } from "../confluence/rule-outcome.ts";
import { usableInput } from "../confluence/usable-input.ts";
import type { MissingReason, SymbolInputs } from "../domain/symbol-inputs.ts";
import { at, columnOf, last } from "../indicators/columns.ts";
import { populationDeviation } from "../indicators/statistics.ts";

/** The constants of the 5-minute change. */
export const FIVE_MINUTE_CHANGE = {
  windowMs: 300_000,
  /** The deviation is that of the returns between the closes of so many 5m candles. */
  deviationCandles: 500,
  /** Without a ticker the change ends with the last closed minute, which may be no older than this. */
  endMaxAgeMs: 120_000,
  /** Fewer 5m candles say nothing about what is usual. */
  leastCandles: 60,
  /** From here on a change is worth saying beside a score that it has not reached yet. */
  lineDeviations: 5,
} as const;

/** Returns of one and the same size differ by the rounding of their logarithms, which is less than this. */
const ROUNDING = 1e-12;

/** A figure, or the reason why there is none. */
export type FigureOrReason =
  | { readonly value: number; readonly reason: null }
  | { readonly value: null; readonly reason: MissingReason };

/** How far the price moved within the last 5 minutes. */
export interface FiveMinuteChange {
  /** 2.3 means 2.3 %. */
  readonly changePercent: FigureOrReason;
  /** The same move as a log return, in standard deviations of this symbol's own 5-minute log returns. */
  readonly deviations: FigureOrReason;
}

/**
 * The change of the price within the last 5 minutes, which says a crash before an average over time can. It runs from the close
 * of the newest minute that ended at least 5 minutes ago to the newest price: the ticker's, or without a ticker the last close of at most 2 minutes ago.
 * Its deviation is that of the returns between the closes of the last 500 closed 5m candles without a hole.
 *
 * A change is unknown without 1m candles of that moment (`too_short`, `stale_input`); its deviations also below 60 candles of
 * 5m (`too_short`), and where all their returns are equal (`no_activity`). A price of 0 has no return (`no_activity`).
 *
 * @throws EngineInputError when the candles or the ticker cannot be right
 */
export function fiveMinuteChange(inputs: Pick<SymbolInputs, "nowMs" | "candles" | "ticker">): FiveMinuteChange {
  checkPrices(inputs);
  const logReturn = logReturnOf(inputs);
  if (typeof logReturn !== "number") {
    const unknown = { value: null, reason: logReturn.reason };
    return { changePercent: unknown, deviations: unknown };
  }
  const deviation = usualDeviation(inputs);
  return {
    changePercent: { value: 100 * Math.expm1(logReturn), reason: null },
    deviations:
      typeof deviation === "number"
        ? { value: logReturn / deviation, reason: null }
        : { value: null, reason: deviation.reason },
  };
}

function logReturnOf({ nowMs, candles, ticker }: Parameters<typeof fiveMinuteChange>[0]): number | MissingData {
  const usable = usableInput(datedCandles(candles["1m"], nowMs), nowMs);
  if (!usable.known) {
    return usable;
  }
  const minutes = closedTail(usable.value, nowMs);
  const closedAtMs = (index: number) => at(minutes.openTimeMs, index) + minutes.intervalMs;
  const newest = minutes.close.length - 1;
  if (newest < 0) {
    return missing("too_short");
  }
  const quote = usableInput(ticker, nowMs);
  const isQuoted = quote.known && quote.asOfMs >= closedAtMs(newest);
  if (!isQuoted && nowMs - closedAtMs(newest) > FIVE_MINUTE_CHANGE.endMaxAgeMs) {
    return missing("stale_input");
  }
  const fromMs = (isQuoted ? quote.asOfMs : closedAtMs(newest)) - FIVE_MINUTE_CHANGE.windowMs;
  let index = newest;
  while (index >= 0 && closedAtMs(index) > fromMs) {
    index -= 1;
  }
  // A minute earlier would be another window: the history begins later, has a hole there, or ended too long ago.
  if (index < 0 || closedAtMs(index) <= fromMs - minutes.intervalMs) {
    return missing(index === newest ? "stale_input" : "too_short");
  }
  const logReturn = Math.log((isQuoted ? quote.value.lastPrice : last(minutes.close)) / at(minutes.close, index));
  return Number.isFinite(logReturn) ? logReturn : missing("no_activity");
}

/** The standard deviation of the 5-minute log returns. */
function usualDeviation({ nowMs, candles }: Parameters<typeof fiveMinuteChange>[0]): number | MissingData {
  const usable = usableInput(datedCandles(candles["5m"], nowMs), nowMs);
  if (!usable.known) {
    return usable;
  }
  const { close } = newestCandles(closedTail(usable.value, nowMs), FIVE_MINUTE_CHANGE.deviationCandles);
  if (close.length < FIVE_MINUTE_CHANGE.leastCandles) {
    return missing("too_short");
  }
  const returns = columnOf(close.length - 1, (i) => Math.log(at(close, i + 1) / at(close, i)));
  const deviation = populationDeviation(returns) ?? 0;
  return deviation > ROUNDING ? deviation : missing("no_activity");
}
