import { HISTORY_GAP_S, type ScoreHistory } from "../../parts/score-history.ts";

/** The chart's points, with a null where time is missing, so that no line crosses the gap. */
export function withGaps({ scores, atS }: ScoreHistory): {
  readonly times: number[];
  readonly values: (number | null)[];
} {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const [i, score] of scores.entries()) {
    const at = atS[i];
    if (at === undefined) {
      continue;
    }
    const before = times[times.length - 1];
    if (before !== undefined && at - before > HISTORY_GAP_S) {
      times.push((before + at) / 2);
      values.push(null);
    }
    times.push(at);
    values.push(score);
  }
  return { times, values };
}
