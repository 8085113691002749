/** A bar's width and its distance to the next, and the height of 50 points. */
const BAR = 7;
const STEP = 10;
const HALF = 14;
/** Half the height of the frame of one that is unknown. */
const UNKNOWN = 6;

export interface BarPaths {
  /** SVG paths of all bars above the middle, of all below, and of the frames of the unknown ones; "" for none. */
  readonly long: string;
  readonly short: string;
  readonly unknown: string;
  readonly width: number;
  readonly height: number;
  /** Where 50 is. */
  readonly middle: number;
}

/**
 * Scores of 0..100 as bars that start in the middle, at 50. One path for all bars of a kind: fifty rows of six elements each are
 * what an update of a list would spend most of its time on.
 */
export function barPaths(scores: readonly (number | null)[]): BarPaths {
  const paths = { long: "", short: "", unknown: "" };
  for (const [i, score] of scores.entries()) {
    const x = i * STEP + (STEP - BAR) / 2;
    if (score === null) {
      paths.unknown += bar(x, HALF - UNKNOWN, 2 * UNKNOWN);
    } else if (score > 50) {
      paths.long += bar(x, HALF, -heightOf(score));
    } else if (score < 50) {
      paths.short += bar(x, HALF, heightOf(score));
    }
  }
  return { ...paths, width: STEP * scores.length, height: 2 * HALF, middle: HALF };
}

function heightOf(score: number): number {
  return Math.round((Math.abs(score - 50) / 50) * HALF * 10) / 10;
}

function bar(x: number, y: number, height: number): string {
  return `M${x} ${y}h${BAR}v${height}h${-BAR}z`;
}
