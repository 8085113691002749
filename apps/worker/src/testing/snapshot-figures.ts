import type { MobileSnapshot } from "@pulseboard/snapshot";

/** Every figure of a snapshot that a fault could blank, by its path; rows of lists by their symbol. */
export function figuresOf(snapshot: MobileSnapshot): ReadonlyMap<string, unknown> {
  const { market_overview, market_breadth, perps, confluence_scores } = snapshot;
  const scores = confluence_scores.map(({ symbol, price, components, change_24h, turnover_24h }) => ({
    symbol,
    price,
    components,
    change_24h,
    turnover_24h,
  }));
  return flatten({ market_overview, market_breadth, perps, scores });
}

function flatten(value: unknown, path = ""): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null) {
    return new Map([[path, value]]);
  }
  const entries: (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((row) => [String((row as { symbol?: unknown }).symbol ?? ""), row] as const)
    : Object.entries(value);
  return new Map(entries.flatMap(([name, member]) => [...flatten(member, `${path}.${name}`)]));
}

/** The figures that were known before and are null now; a symbol that left the ranking has lost nothing. */
export function lostFigures(before: MobileSnapshot, after: MobileSnapshot): readonly string[] {
  const now = figuresOf(after);
  return [...figuresOf(before)]
    .filter(([path, value]) => value !== null && now.get(path) === null)
    .map(([path]) => path);
}

export function pricesOf(snapshot: MobileSnapshot): ReadonlyMap<string, number> {
  return new Map(snapshot.confluence_scores.map(({ symbol, price }) => [symbol, price]));
}
