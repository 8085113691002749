import type { LeanScore } from "@pulseboard/snapshot";
import { useEffect, useReducer, useRef } from "preact/hooks";
import { type Arrangement, arrangeScores, inOrderOf } from "./arrange-scores.ts";

export interface HeldOrder {
  readonly shown: readonly LeanScore[];
  /** Whether the list would be in another order if it were sorted now. */
  readonly isOutdated: boolean;
  readonly sortAgain: () => void;
}

interface Held {
  readonly because: readonly unknown[];
  readonly order: readonly string[];
}

/**
 * The scores as they are arranged, in an order that stays while somebody looks: a row that changes its place with each snapshot
 * is gone when the finger comes down. The list is sorted when it is opened or arranged, when that is asked for, and by the first
 * snapshot after the page was out of sight.
 */
export function useHeldOrder(
  scores: readonly LeanScore[],
  arrangement: Arrangement,
  favourites: ReadonlySet<string>,
): HeldOrder {
  const [times, sortAgain] = useReducer<number, void>((count) => count + 1, 0);
  const held = useRef<Held | null>(null);
  const away = useAway(scores);
  const because = [arrangement, favourites, times, away];
  const sorted = arrangeScores(scores, arrangement, favourites);
  const { current } = held;
  const isHeld = current !== null && because.every((each, index) => each === current.because[index]);
  const shown = isHeld ? inOrderOf(current.order, sorted) : sorted;
  held.current = { because, order: shown.map(({ symbol }) => symbol) };
  return { shown, isOutdated: shown.some((score, place) => score !== sorted[place]), sortAgain: () => sortAgain() };
}

/** How often there were new scores after the page had been out of sight. */
function useAway(scores: readonly LeanScore[]): number {
  const wasAway = useRef(false);
  const seen = useRef(scores);
  const times = useRef(0);
  useEffect(() => {
    const onChange = (): void => {
      if (document.hidden) wasAway.current = true;
    };
    document.addEventListener("visibilitychange", onChange);
    return () => document.removeEventListener("visibilitychange", onChange);
  }, []);
  if (seen.current !== scores) {
    seen.current = scores;
    if (wasAway.current) times.current += 1;
    wasAway.current = false;
  }
  return times.current;
}
