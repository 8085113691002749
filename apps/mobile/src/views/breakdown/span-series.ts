import type { HistorySpan, LeanScore, SymbolHistory } from "@pulseboard/snapshot";
import { withGaps } from "./with-gaps.ts";

/** The spans of the chart, in seconds. */
export const SPANS: Readonly<Record<HistorySpan, number>> = {
  "6h": 6 * 3600,
  "24h": 24 * 3600,
  "7d": 7 * 86_400,
  "90d": 90 * 86_400,
};

export type Column = readonly (number | null)[];

/** What the chart draws: a value for each time, null where nothing is known. */
export interface SpanSeries {
  /** Unix seconds, rising. */
  readonly times: readonly number[];
  /** USD. */
  readonly price: Column;
  readonly score: Column;
  readonly relative: Column;
}

/** A symbol's figures in one snapshot. */
export interface LivePoint {
  readonly atS: number;
  readonly price: number;
  readonly score: number;
  readonly relative: number | null;
}

interface SpanSeriesOptions {
  readonly span: HistorySpan;
  /** null while there is none: the row's own score history takes its place. */
  readonly history: SymbolHistory | null;
  /** False when the history's scores are of another version of the method, which are not comparable. */
  readonly withScores: boolean;
  readonly row: Pick<LeanScore, "score_history" | "score_history_at">;
  /** What the snapshots had since, oldest first. */
  readonly live: readonly LivePoint[];
}

/** Of the points in one step, the last is kept; two steps without any are a gap. */
const GAP_STEPS = 2;
/** A row's history has one score per 15 min. */
const ROW_STEP_S = 900;

/**
 * One span of a symbol's history and what the snapshots brought since, so that the newest point is what the list shows.
 * Each of the history's points stands for the step that ends with it.
 */
export function spanSeries({ span, history, withScores, row, live }: SpanSeriesOptions): SpanSeries {
  const stepS = history === null ? ROW_STEP_S : history.spans[span].step_s;
  const known = history === null ? ofRow(row, live[0]?.atS) : ofHistory(history.spans[span], withScores);
  const times = [...known.times];
  const [price, score, relative] = [[...known.price], [...known.score], [...known.relative]];
  const untilS = times[times.length - 1] ?? Number.NEGATIVE_INFINITY;
  const newer = live.filter(({ atS }) => atS > untilS);
  for (const [i, point] of newer.entries()) {
    const next = newer[i + 1];
    if (next !== undefined && Math.ceil(next.atS / stepS) === Math.ceil(point.atS / stepS)) {
      continue;
    }
    const before = times[times.length - 1];
    if (before !== undefined && point.atS - before > GAP_STEPS * stepS) {
      times.push((before + point.atS) / 2);
      price.push(null);
      score.push(null);
      relative.push(null);
    }
    times.push(point.atS);
    price.push(point.price);
    score.push(point.score);
    relative.push(point.relative);
  }
  return { times, price, score, relative };
}

function ofHistory(
  { to, step_s, price, score, relative }: SymbolHistory["spans"][HistorySpan],
  withScores: boolean,
): SpanSeries {
  const nothing = price.map(() => null);
  return {
    times: price.map((_, i) => to - (price.length - 1 - i) * step_s),
    price,
    score: withScores ? score : nothing,
    relative: withScores ? relative : nothing,
  };
}

/** @param untilS - from when on the snapshots are known whole, with their prices */
function ofRow(
  { score_history, score_history_at }: SpanSeriesOptions["row"],
  untilS: number = Number.POSITIVE_INFINITY,
): SpanSeries {
  const atS = score_history_at.filter((each) => each < untilS);
  const { times, values } = withGaps({ scores: score_history.slice(0, atS.length), atS });
  const nothing = times.map(() => null);
  return { times, price: nothing, score: values, relative: nothing };
}

/** The live points with those of one more snapshot: begun anew where market time went back, as it does with another market. */
export function withNewest(live: readonly LivePoint[], newest: LivePoint): readonly LivePoint[] {
  const last = live[live.length - 1];
  if (last === undefined || last.atS > newest.atS) {
    return [newest];
  }
  const before = last.atS === newest.atS ? live.slice(0, -1) : live;
  return [...before.slice(1 - KEPT_POINTS), newest];
}

/** Six hours at one snapshot per half minute. */
const KEPT_POINTS = 720;
