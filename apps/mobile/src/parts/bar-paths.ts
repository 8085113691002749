/** Width of a bar, distance between bars, and height of 50 points. */
const BAR = 7;
const STEP = 10;
const HALF = 14;
/** Half the height of the frame that stands for an unknown component. */
const UNKNOWN = 6;

export interface BarPaths {
  /** SVG paths of all bars above the middle, of all below it, and of the frames of unknown ones; "" for none. */
  readonly long: string;
  readonly short: string;
  readonly unknown: string;
  readonly width: number;
  readonly height: number;
  /** Height of 50. */
  readonly middle: number;
}

/**
 * Draws scores of 0 to 100 as bars from the middle, at 50. All bars of a kind share one path: with six elements in each
 * of fifty rows, updating a list would spend most of its time on them.
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
