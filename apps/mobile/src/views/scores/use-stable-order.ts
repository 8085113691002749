import type { LeanScore } from "@pulseboard/snapshot";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { type Arrangement, arrangeScores, inOrderOf } from "./arrange-scores.ts";

export interface StableOrder {
  readonly shown: readonly LeanScore[];
  /** True if sorting now would change the order. */
  readonly isOutdated: boolean;
  readonly sortAgain: () => void;
}

interface LastSort {
  readonly causes: readonly unknown[];
  readonly order: readonly string[];
}

/** A snapshot that arrives so soon after the page became visible was fetched for that reason. */
const RETURN_MS = 3000;

/**
 * The arranged scores in an order that stays while somebody looks: a row that moves with each snapshot slips away from
 * under a finger. The list is sorted when it is opened or arranged, on request, and by the snapshot fetched when the
 * page becomes visible again. A symbol that leaves the list and returns gets its old place back.
 */
export function useStableOrder(
  scores: readonly LeanScore[],
  arrangement: Arrangement,
  favourites: ReadonlySet<string>,
): StableOrder {
  const [times, sortAgain] = useReducer<number, void>((count) => count + 1, 0);
  const last = useRef<LastSort | null>(null);
  const causes = [arrangement, favourites, times, useReturns(scores)];
  const sorted = arrangeScores(scores, arrangement, favourites);
  const { current } = last;
  const isUnchanged = current !== null && causes.every((each, index) => each === current.causes[index]);
  const order = isUnchanged ? current.order : [];
  const shown = isUnchanged ? inOrderOf(order, sorted) : sorted;
  const known = new Set(order);
  last.current = {
    causes,
    order: [...order, ...shown.map(({ symbol }) => symbol).filter((symbol) => !known.has(symbol))],
  };
  useSameScroll(current !== null && !isUnchanged);
  return { shown, isOutdated: shown.some((score, place) => score !== sorted[place]), sortAgain: () => sortAgain() };
}

/** A browser scrolls after the focused row; this keeps the reader's scroll position instead. */
function useSameScroll(isResorted: boolean): void {
  const beforePx = isResorted ? scrollY : null;
  useLayoutEffect(() => {
    if (beforePx !== null) {
      scrollTo(0, beforePx);
    }
  });
}

/** Counts how often new scores arrived causes the page became visible again. */
function useReturns(scores: readonly LeanScore[]): number {
  const untilMs = useRef(0);
  const seen = useRef(scores);
  const times = useRef(0);
  useEffect(() => {
    const onChange = (): void => {
      untilMs.current = document.hidden ? Number.POSITIVE_INFINITY : performance.now() + RETURN_MS;
    };
    document.addEventListener("visibilitychange", onChange);
    return () => document.removeEventListener("visibilitychange", onChange);
  }, []);
  if (seen.current !== scores) {
    seen.current = scores;
    if (performance.now() < untilMs.current) {
      times.current += 1;
    }
  }
  return times.current;
}
