import type { PageSnapshot } from "@pulseboard/snapshot";
import { isSameMarket } from "./feed-state.ts";

/** A score that went over a line since. */
export interface Crossing {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
  readonly threshold: 65 | 35;
  /** "up" through 65 or back above 35, "down" through 35 or back below 65. */
  readonly direction: "up" | "down";
}

/** How far a score went since. */
export interface ScoreMove {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
}

/** What is different from the snapshot that was looked at last. Symbols are in the order of the newer snapshot. */
export interface SessionChanges {
  /** Of the older snapshot, Unix seconds of the server. */
  readonly baselineAtS: number;
  readonly regime: { readonly from: string; readonly to: string } | null;
  readonly crossings: readonly Crossing[];
  /** The biggest first. */
  readonly moves: readonly ScoreMove[];
  /** Symbols that were not among the top gainers, or losers, before. */
  readonly newGainers: readonly string[];
  readonly newLosers: readonly string[];
  /** Symbols that are scored now and were not then, and the other way round. */
  readonly entered: readonly string[];
  readonly left: readonly string[];
}

const MOVES_LIMIT = 5;
/** Points. Less is noise: a score moves that much from one refresh to the next. */
const MIN_MOVE = 3;

/**
 * What changed between two snapshots, whatever lay between them.
 *
 * @returns null when there is nothing to compare: the same snapshot, or the snapshot of another market.
 */
export function sessionChanges(before: PageSnapshot, now: PageSnapshot): SessionChanges | null {
  if (!isSameMarket(before, now)) {
    return null;
  }
  if (before.sequence === now.sequence && before.timestamp === now.timestamp) {
    return null;
  }
  const scoresBefore = new Map(before.confluence_scores.map(({ symbol, score }) => [symbol, score]));
  const changes = now.confluence_scores.flatMap(({ symbol, score }) => {
    const from = scoresBefore.get(symbol);
    return from === undefined ? [] : [{ symbol, from, to: score }];
  });
  const symbolsNow = now.confluence_scores.map(({ symbol }) => symbol);
  return {
    baselineAtS: before.timestamp,
    regime: regimeChange(before.market_overview.market_regime, now.market_overview.market_regime),
    crossings: changes.flatMap(crossing),
    moves: changes
      .filter((change) => distance(change) >= MIN_MOVE)
      .sort((a, b) => distance(b) - distance(a))
      .slice(0, MOVES_LIMIT),
    newGainers: notIn(names(now.top_movers.gainers), names(before.top_movers.gainers)),
    newLosers: notIn(names(now.top_movers.losers), names(before.top_movers.losers)),
    entered: notIn(symbolsNow, [...scoresBefore.keys()]),
    left: notIn([...scoresBefore.keys()], symbolsNow),
  };
}

/** A regime that is not known is no regime: nothing changed to it or from it. */
function regimeChange(from: string, to: string): SessionChanges["regime"] {
  return from === to || from === "UNKNOWN" || to === "UNKNOWN" ? null : { from, to };
}

/** The line that says more: where it is now, or where it has come back from. */
function crossing({ symbol, from, to }: ScoreMove): readonly Crossing[] {
  if (from < 65 && to >= 65) {
    return [{ symbol, from, to, threshold: 65, direction: "up" }];
  }
  if (from > 35 && to <= 35) {
    return [{ symbol, from, to, threshold: 35, direction: "down" }];
  }
  if (from >= 65 && to < 65) {
    return [{ symbol, from, to, threshold: 65, direction: "down" }];
  }
  if (from <= 35 && to > 35) {
    return [{ symbol, from, to, threshold: 35, direction: "up" }];
  }
  return [];
}

/** Scores have two decimals; a difference of them has more, which must not decide between equals. */
function distance({ from, to }: ScoreMove): number {
  return Math.abs(Math.round((to - from) * 100) / 100);
}

function names(movers: readonly { readonly symbol: string }[]): readonly string[] {
  return movers.map(({ symbol }) => symbol);
}

function notIn(symbols: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return symbols.filter((symbol) => !known.has(symbol));
}
