/** A group's share, and the ends of its interval, 0..1. */
export interface DecileShares {
  readonly share: readonly number[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

export interface DecilePaths {
  /** SVG paths within a box of 100 by 100; "" for none. 50 % is in the middle. */
  readonly above: string;
  readonly below: string;
  readonly whiskers: string;
  /** The share at the upper edge is 50 % and so many points; at the lower edge, less so many. */
  readonly reach: number;
}

/** Points of percent, round ones. */
const REACHES = [1, 2, 5, 10, 20, 30];

/** Draws shares as bars from the line at 50 %, and their intervals as whiskers. A group without an interval has no whisker. */
export function decilePaths({ share, low, high }: DecileShares): DecilePaths {
  const points = (value: number) => (value - 0.5) * 100;
  const farthest = Math.max(
    ...[...share, ...low, ...high].map((value) => (value === null ? 0 : Math.abs(points(value)))),
  );
  const reach = REACHES.find((each) => each >= farthest) ?? 50;
  const heightOf = (value: number) => Math.round(50 * (100 - (100 * points(value)) / reach)) / 100;
  const paths = { above: "", below: "", whiskers: "", reach };
  const step = 100 / share.length;
  for (const [group, value] of share.entries()) {
    const left = group * step;
    paths[value < 0.5 ? "below" : "above"] +=
      `M${left + step * 0.15} 50h${step * 0.7}V${heightOf(value)}h${-step * 0.7}z`;
    const [from, to] = [low[group] ?? null, high[group] ?? null];
    if (from !== null && to !== null) {
      const cap = `h${step * 0.3}`;
      paths.whiskers += `M${left + step * 0.35} ${heightOf(to)}${cap}M${left + step * 0.35} ${heightOf(from)}${cap}M${left + step * 0.5} ${heightOf(from)}V${heightOf(to)}`;
    }
  }
  return paths;
}
