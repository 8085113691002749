import { HISTORY_GAP_S, type ScoreHistory } from "./score-history.ts";

/** The range always includes the signal lines, so that sparklines can be compared. */
const LOWEST_TOP = 70;
const HIGHEST_BOTTOM = 30;

export interface Spark {
  /** SVG path of the line; empty when there are no two points to join. */
  readonly path: string;
  /** The newest point. */
  readonly end: { readonly x: number; readonly y: number };
  /** Heights of the scores 65 and 35. */
  readonly bullishY: number;
  readonly bearishY: number;
}

export interface SparkInput extends ScoreHistory {
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a score's history as a line, time from left to right, broken where more than half an hour is missing.
 *
 * @returns null when there is no history.
 */
export function sparkPath({ scores, atS, width, height }: SparkInput): Spark | null {
  const points = scores.flatMap((score, i) => {
    const at = atS[i];
    return at === undefined ? [] : [{ score, at }];
  });
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined) {
    return null;
  }
  const top = Math.max(LOWEST_TOP, ...scores);
  const bottom = Math.min(HIGHEST_BOTTOM, ...scores);
  const spanS = last.at - first.at;
  const x = (at: number) => rounded(spanS === 0 ? width : ((at - first.at) / spanS) * width);
  const y = (score: number) => rounded(((top - score) / (top - bottom)) * height);
  const segments = points.map(({ score, at }, i) => {
    const before = points[i - 1];
    const joins = before !== undefined && at - before.at <= HISTORY_GAP_S;
    return `${joins ? "L" : "M"}${x(at)} ${y(score)}`;
  });
  return {
    path: segments.some((segment) => segment.startsWith("L")) ? segments.join("") : "",
    end: { x: x(last.at), y: y(last.score) },
    bullishY: y(65),
    bearishY: y(35),
  };
}

function rounded(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
