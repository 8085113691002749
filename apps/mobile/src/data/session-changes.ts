import type { PageSnapshot } from "@pulseboard/snapshot";
import { isSameMarket } from "./feed-state.ts";

/** A score that crossed 65 or 35. */
export interface Crossing {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
  readonly threshold: 65 | 35;
  /** "up" through 65 or back above 35; "down" through 35 or back below 65. */
  readonly direction: "up" | "down";
}

/** A score that moved. */
interface ScoreMove {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Differences between the reader's last snapshot of the previous session and a newer one. Symbols are in the newer
 * snapshot's order.
 */
export interface SessionChanges {
  /** When the older snapshot was finished, Unix seconds by the server. */
  readonly baselineAtS: number;
  readonly regime: { readonly from: string; readonly to: string } | null;
  readonly crossings: readonly Crossing[];
  /** Biggest first. */
  readonly moves: readonly ScoreMove[];
  /** Symbols that were not among the top gainers or losers before. */
  readonly newGainers: readonly string[];
  readonly newLosers: readonly string[];
  /** Symbols that are scored now but were not then, and the reverse. */
  readonly entered: readonly string[];
  readonly left: readonly string[];
}

const MOVES_LIMIT = 5;
/** In points. A smaller move is noise: scores move that much between two refreshes. */
const MIN_MOVE = 3;

/**
 * Compares two snapshots, whatever happened between them.
 *
 * @returns null when there is nothing to compare: the same snapshot twice, two markets, or two versions of the method.
 */
export function sessionChanges(before: PageSnapshot, now: PageSnapshot): SessionChanges | null {
  if (!isSameMarket(before, now) || (before.method_version ?? 1) !== (now.method_version ?? 1)) {
    // Scores of two versions of the method are two different figures.
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

/** An unknown regime does not count as a change, neither to it nor from it. */
function regimeChange(from: string, to: string): SessionChanges["regime"] {
  return from === to || from === "UNKNOWN" || to === "UNKNOWN" ? null : { from, to };
}

/** If a score crossed both thresholds, reports where it is now; otherwise the one it crossed. */
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

/** Rounds to the two decimals of a score, so that floating-point error does not decide between equal moves. */
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
