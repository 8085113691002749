import type { Trades } from "../domain/market-data.ts";
import type { Figure } from "../domain/symbol-analysis.ts";
import { at, type Column } from "../indicators/columns.ts";
import { figure, type MissingData, missing } from "./rule-outcome.ts";
import { formatDuration, formatNumber } from "./sentence-numbers.ts";
import type { SymbolView } from "./symbol-view.ts";

export const MINUTE_MS = 60_000;

export interface TradeWindow {
  /** Length of the window, ms. It ends at the moment up to which the trades are known. */
  readonly windowMs: number;
  /** The least total time without gaps in it, ms. */
  readonly minCoverageMs: number;
  readonly minTrades: number;
}

/** The trades of a window: indexes `from` (included) to `to` (excluded). */
export interface WindowedTrades {
  readonly known: true;
  readonly trades: Trades;
  readonly from: number;
  readonly to: number;
  readonly time: WindowTime;
}

/** The window that was really covered. */
interface WindowTime {
  /**
   * For a sentence: "the last 15 min"; "7.5 of the last 15 min" where trades of the rest are not known; "the 15 min to 3 min ago"
   * where the newest trades are not.
   */
  readonly words: string;
  /** The same as figures. */
  readonly figures: readonly Figure[];
}

/** The trades, and the moment of scoring. */
type TradesOfSymbol = Pick<SymbolView, "trades" | "nowMs">;

/**
 * The trades of the window. `no_activity` when it is covered and nothing was traded; `too_short` when too little of it is
 * covered, or there are too few trades to tell a balance from chance.
 */
export function windowTrades(
  { trades: input, nowMs }: TradesOfSymbol,
  window: TradeWindow,
): WindowedTrades | MissingData {
  if (!input.known) {
    return input;
  }
  const { value: trades, asOfMs } = input;
  const fromMs = asOfMs - window.windowMs;
  let coveredMs = 0;
  for (const span of trades.coverage) {
    coveredMs += Math.max(0, Math.min(span.toMs, asOfMs) - Math.max(span.fromMs, fromMs));
  }
  if (coveredMs < window.minCoverageMs) {
    return missing("too_short");
  }
  let to = trades.timeMs.length;
  // A trade of later is none of the window, and the age of the others does not count from it.
  while (to > 0 && at(trades.timeMs, to - 1) > asOfMs) {
    to--;
  }
  let from = to;
  while (from > 0 && at(trades.timeMs, from - 1) > fromMs) {
    from--;
  }
  if (from === to) {
    return missing("no_activity");
  }
  return to - from < window.minTrades
    ? missing("too_short")
    : { known: true, trades, from, to, time: windowTime(coveredMs, window.windowMs, Math.max(0, nowMs - asOfMs)) };
}

function windowTime(coveredMs: number, windowMs: number, endAgeMs: number): WindowTime {
  const [covered, length, endAge] = [coveredMs / MINUTE_MS, windowMs / MINUTE_MS, endAgeMs / MINUTE_MS];
  const [coveredWords, lengthWords, endAgeWords] = [
    formatDuration(covered),
    formatDuration(length),
    formatNumber(endAge),
  ];
  const window =
    endAgeWords === "0" ? `the last ${lengthWords} min` : `the ${lengthWords} min to ${endAgeWords} min ago`;
  return {
    words: coveredWords === lengthWords ? window : `${coveredWords} of ${window}`,
    figures: [
      figure("covered", covered, "min"),
      figure("window", length, "min"),
      figure("window_end_age", endAge, "min"),
    ],
  };
}

export interface TakerBalance {
  readonly known: true;
  readonly time: WindowTime;
  /** (bought - sold) / (bought + sold), -1..1. */
  readonly ratio: number;
  /** Sum of all weights: the quantity in base coin where trades weigh by quantity. */
  readonly total: number;
}

/** The balance of what takers bought and sold in a window; `no_activity` when nothing was. */
export function takerBalance(symbol: TradesOfSymbol, window: TradeWindow): TakerBalance | MissingData {
  const windowed = windowTrades(symbol, window);
  return windowed.known ? weighTrades(windowed, windowed.trades.quantityBase) : windowed;
}

/** The balance of the two sides when each trade of the window has its own weight, at its index. */
export function weighTrades({ trades, from, to, time }: WindowedTrades, weights: Column): TakerBalance | MissingData {
  let signed = 0;
  let total = 0;
  for (let i = from; i < to; i++) {
    const weight = weights[i] ?? Number.NaN;
    signed += (trades.takerSide[i] ?? 0) * weight;
    total += weight;
  }
  return total > 0 ? { known: true, time, ratio: signed / total, total } : missing("no_activity");
}
