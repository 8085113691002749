import { HALF_HOUR_S } from "../data/days.ts";

const DAY_S = 24 * 3600;

/** A line is at least as high as this share of the price: noise of a few basis points looks as flat as it is. */
const LEAST_RANGE = 0.01;

/** The price of a symbol over 24 h. */
export interface DayOfPrices {
  /** The close of each half hour, oldest first; null is a gap. */
  readonly closes: readonly (number | null)[];
  /** The end of the last half hour, Unix seconds. */
  readonly closesToS: number;
  /** The newest price, and its time. */
  readonly price: number;
  readonly atS: number;
}

export interface Point {
  readonly price: number;
  readonly atS: number;
  /** Whether no close is missing between it and the one before. */
  readonly joins: boolean;
}

/** The known prices of the 24 h up to the newest one, oldest first. */
export function dayPoints({ closes, closesToS, price, atS }: DayOfPrices): readonly Point[] {
  const points: Point[] = [];
  const add = (next: number | null, time: number): void => {
    if (next !== null && time >= atS - DAY_S) {
      const before = points[points.length - 1];
      points.push({ price: next, atS: time, joins: before !== undefined && time - before.atS < 2 * HALF_HOUR_S });
    }
  };
  for (const [index, close] of closes.entries()) {
    const time = closesToS - (closes.length - 1 - index) * HALF_HOUR_S;
    add(time < atS ? close : null, time);
  }
  add(price, atS);
  return points;
}

interface Spark {
  /** SVG path of the line. */
  readonly path: string;
  /** The newest point. */
  readonly end: { readonly x: number; readonly y: number };
  /** Height of the price 24 h ago; null when unknown. */
  readonly beforeY: number | null;
}

interface SparkInput {
  /** At least one; the last is the newest. */
  readonly points: readonly Point[];
  /** The price 24 h ago; null when unknown. */
  readonly before: number | null;
  readonly width: number;
  readonly height: number;
}

/** Draws 24 h of a price as a line that ends at the right, broken where a close is missing. */
export function sparkPath({ points, before, width, height }: SparkInput): Spark {
  const prices = [...points.map(({ price }) => price), ...(before === null ? [] : [before])];
  const [lowest, highest] = [Math.min(...prices), Math.max(...prices)];
  const range = Math.max(highest - lowest, LEAST_RANGE * highest);
  const top = (lowest + highest + range) / 2;
  const endS = points[points.length - 1]?.atS ?? 0;
  const x = (atS: number) => rounded((1 - (endS - atS) / DAY_S) * width);
  const y = (price: number) => rounded(((top - price) / range) * height);
  const segments = points.map(({ price, atS, joins }, index) => {
    // A point without neighbours is a dot.
    const isAlone = !joins && points[index + 1]?.joins !== true;
    return `${joins ? "L" : "M"}${x(atS)} ${y(price)}${isAlone ? "h0" : ""}`;
  });
  return {
    path: segments.join(""),
    end: { x: width, y: y(points[points.length - 1]?.price ?? lowest) },
    beforeY: before === null ? null : y(before),
  };
}

function rounded(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
