import type { LeanScore } from "@pulseboard/snapshot";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { type Arrangement, arrangeScores, inOrderOf } from "./arrange-scores.ts";

export interface StableOrder {
  readonly shown: readonly LeanScore[];
  /** Whether the list would be in another order if it were sorted now. */
  readonly isOutdated: boolean;
  readonly sortAgain: () => void;
}

interface ShownSnapshot {
  readonly because: readonly unknown[];
  readonly order: readonly string[];
}

/** What comes so soon after the page is back in sight was asked for because of that. */
const RETURN_MS = 3000;

/**
 * The scores as they are arranged, in an order that stays while somebody looks: a row that changes its place with each snapshot
 * is gone when the finger comes down. The list is sorted when it is opened or arranged, when that is asked for, and by the snapshot
 * that is fetched because the page is back in sight. Whoever leaves the list and returns finds the old place.
 */
export function useStableOrder(
  scores: readonly LeanScore[],
  arrangement: Arrangement,
  favourites: ReadonlySet<string>,
): StableOrder {
  const [times, sortAgain] = useReducer<number, void>((count) => count + 1, 0);
  const held = useRef<ShownSnapshot | null>(null);
  const because = [arrangement, favourites, times, useReturns(scores)];
  const sorted = arrangeScores(scores, arrangement, favourites);
  const { current } = held;
  const isHeld = current !== null && because.every((each, index) => each === current.because[index]);
  const order = isHeld ? current.order : [];
  const shown = isHeld ? inOrderOf(order, sorted) : sorted;
  const known = new Set(order);
  held.current = {
    because,
    order: [...order, ...shown.map(({ symbol }) => symbol).filter((symbol) => !known.has(symbol))],
  };
  useSameScroll(current !== null && !isHeld);
  return { shown, isOutdated: shown.some((score, place) => score !== sorted[place]), sortAgain: () => sortAgain() };
}

/** A browser follows the row that has the focus to wherever that went; the reader stays at the same height of the list. */
function useSameScroll(isSortedAnew: boolean): void {
  const beforePx = isSortedAnew ? scrollY : null;
  useLayoutEffect(() => {
    if (beforePx !== null) {
      scrollTo(0, beforePx);
    }
  });
}

/** How often there were new scores because the page was back in sight. */
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
