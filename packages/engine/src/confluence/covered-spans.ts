import type { TimeSpan } from "../domain/market-data.ts";

/** Times are whole ms and both ends of a span belong to it: nothing can be missing between spans this near. */
const TOUCHING_MS = 1;

/**
 * Tells for pairs of moments, each pair after the one before, whether no gap lies between the two. It walks through the coverage
 * once, whatever the number of pairs. Spans that touch have no gap between them.
 */
export function createCoverageWalk(coverage: readonly TimeSpan[]): (earlierMs: number, laterMs: number) => boolean {
  let index = 0;
  return (earlierMs, laterMs) => {
    let span = coverage[index];
    while (span !== undefined && span.toMs < earlierMs) {
      span = coverage[++index];
    }
    if (span === undefined || span.fromMs > earlierMs) {
      return false;
    }
    while (span.toMs < laterMs) {
      const next: TimeSpan | undefined = coverage[index + 1];
      if (next === undefined || next.fromMs > span.toMs + TOUCHING_MS) {
        return false;
      }
      span = next;
      index += 1;
    }
    return true;
  };
}
