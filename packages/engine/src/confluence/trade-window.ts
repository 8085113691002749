import type { Trades } from "../domain/market-data.ts";
import { at, type Column } from "../indicators/columns.ts";
import { formatNumber, type MissingData, missing } from "./rule-outcome.ts";
import type { UsableInput } from "./usable-input.ts";

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
  /** The time in words for a sentence: "the last 15 min", or "7.5 of the last 15 min" where trades of the rest are not known. */
  readonly timeWords: string;
}

/**
 * The trades of the window. `no_activity` when it is covered and nothing was traded; `too_short` when too little of it is
 * covered, or there are too few trades to tell a balance from chance.
 */
export function windowTrades(input: UsableInput<Trades>, window: TradeWindow): WindowedTrades | MissingData {
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
  const to = trades.timeMs.length;
  let from = to;
  while (from > 0 && at(trades.timeMs, from - 1) > fromMs) {
    from--;
  }
  if (from === to) {
    return missing("no_activity");
  }
  return to - from < window.minTrades
    ? missing("too_short")
    : { known: true, trades, from, to, timeWords: timeWords(coveredMs, window.windowMs) };
}

function timeWords(coveredMs: number, windowMs: number): string {
  const window = `the last ${windowMs / MINUTE_MS} min`;
  const covered = formatNumber(coveredMs / MINUTE_MS, 1);
  return Number(covered) === windowMs / MINUTE_MS ? window : `${Number(covered)} of ${window}`;
}

export interface TakerBalance {
  readonly known: true;
  /** As in `WindowedTrades`. */
  readonly timeWords: string;
  /** (bought - sold) / (bought + sold), -1..1. */
  readonly ratio: number;
  /** Sum of all weights: the quantity in base coin where trades weigh by quantity. */
  readonly total: number;
}

/** The balance of what takers bought and sold in a window; `no_activity` when nothing was. */
export function takerBalance(input: UsableInput<Trades>, window: TradeWindow): TakerBalance | MissingData {
  const windowed = windowTrades(input, window);
  return windowed.known ? weighTrades(windowed, windowed.trades.quantityBase) : windowed;
}

/** The balance of the two sides when each trade of the window has its own weight, at its index. */
export function weighTrades(
  { trades, from, to, timeWords }: WindowedTrades,
  weights: Column,
): TakerBalance | MissingData {
  let signed = 0;
  let total = 0;
  for (let i = from; i < to; i++) {
    const weight = weights[i] ?? Number.NaN;
    signed += (trades.takerSide[i] ?? 0) * weight;
    total += weight;
  }
  return total > 0 ? { known: true, timeWords, ratio: signed / total, total } : missing("no_activity");
}
