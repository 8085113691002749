import { formatSpan } from "../format/age.ts";
import { formats } from "../format/formats.ts";
import { signDirection } from "./score-direction.ts";
import { type DayOfPrices, dayPoints, type Point, sparkPath } from "./spark-path.ts";
import "./sparkline.css";

const WIDTH = 72;
const HEIGHT = 28;

interface SparklineProps extends DayOfPrices {
  /** The change over 24 h as it stands beside the line; null when unknown. */
  readonly change: string | null;
  /** The same in %. */
  readonly changePercent: number | null;
}

/**
 * The price of 24 h, with a dotted line at the price 24 h ago. It claims a direction, by colour and in words, only if that is the
 * one of the change over 24 h that stands beside it.
 */
export function Sparkline({ change, changePercent, ...day }: SparklineProps) {
  const points = dayPoints(day);
  const before = changePercent === null ? null : day.price / (1 + changePercent / 100);
  const { path, end, beforeY } = sparkPath({ points, before, width: WIDTH, height: HEIGHT });
  return (
    <svg
      class="sparkline"
      viewBox={`-2 -2 ${WIDTH + 5} ${HEIGHT + 4}`}
      role="img"
      aria-label={dayWords(points, change)}
    >
      {beforeY !== null && <path class="sparkline-before" d={`M0 ${beforeY}H${WIDTH}`} />}
      <path class={`sparkline-line ${lineDirection(points, change)}`} d={path} />
      <circle class="sparkline-end" cx={end.x} cy={end.y} r="2" />
    </svg>
  );
}

/** The direction of the change over 24 h, unless the line goes another way: it begins up to half an hour later, or after a gap. */
export function lineDirection(points: readonly Point[], change: string | null): keyof typeof DIRECTION_WORDS {
  const direction = change === null ? "none" : signDirection(change);
  const moved = (points[points.length - 1]?.price ?? 0) - (points[0]?.price ?? 0);
  return (direction === "long" && moved > 0) || (direction === "short" && moved < 0) ? direction : "none";
}

const DIRECTION_WORDS = { long: ", up", short: ", down", none: "" } as const;

/** For a screen reader: which way the price went, where it began and ended, and between which prices. */
export function dayWords(points: readonly Point[], change: string | null): string {
  const [first, last] = [points[0], points[points.length - 1]];
  if (first === undefined || last === undefined || first === last) {
    return "price line: one point so far";
  }
  const prices = points.map(({ price }) => price);
  const span = formatSpan((last.atS - first.atS) * 1000);
  const gaps = points.slice(1).some(({ joins }) => !joins) ? ", with gaps" : "";
  return `price by half hours${DIRECTION_WORDS[lineDirection(points, change)]}: from ${formats.price(first.price)} to ${formats.price(last.price)} in ${span}, lowest ${formats.price(Math.min(...prices))}, highest ${formats.price(Math.max(...prices))}${gaps}`;
}
