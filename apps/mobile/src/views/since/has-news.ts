import type { SinceLastLook } from "../../data/since-last-look.ts";

/** Whether there is anything to say about what changed. */
export function hasNews(since: SinceLastLook): boolean {
  const { regime, crossings, moves, newGainers, newLosers, entered, left } = since;
  return regime !== null || [crossings, moves, newGainers, newLosers, entered, left].some((list) => list.length > 0);
}
