import type { LeanScore } from "@pulseboard/snapshot";

export type SortBy =
  | "distance"
  | "score"
  | "relative"
  | "change"
  | "ownMove"
  | "beta"
  | "correlation"
  | "volume"
  | "reliability";
export type Side = "all" | "long" | "short";

/** How the list of scores is sorted and filtered. */
export interface Arrangement {
  readonly sortBy: SortBy;
  readonly descending: boolean;
  readonly side: Side;
  /** Part of a symbol's name, in any case; "" for all. */
  readonly text: string;
}

/** What stands out of the market most first, unfiltered. */
export const INITIAL_ARRANGEMENT: Arrangement = { sortBy: "distance", descending: true, side: "all", text: "" };

const SORT_FIGURE: Readonly<Record<SortBy, (score: LeanScore) => number | null>> = {
  distance: ({ score, relative }) => Math.abs((relative ?? score) - 50),
  score: ({ score }) => score,
  // Documents of older workers have none of the next, but for the change.
  relative: ({ relative = null }) => relative,
  change: ({ change_24h }) => change_24h,
  ownMove: ({ own_move_24h = null }) => own_move_24h,
  beta: ({ beta_btc = null }) => beta_btc,
  correlation: ({ correlation_btc = null }) => correlation_btc,
  volume: ({ volume_24h }) => volume_24h,
  reliability: ({ reliability }) => reliability,
};

/**
 * Filters and sorts the scores: favourites first, then by the chosen figure. Unknown figures come last in either order,
 * and ties go by name, so that rows do not swap places without a reason. Long is above 50, short below.
 */
export function arrangeScores(
  scores: readonly LeanScore[],
  arrangement: Arrangement,
  favourites: ReadonlySet<string>,
): readonly LeanScore[] {
  const figureOf = SORT_FIGURE[arrangement.sortBy];
  return scores
    .filter((score) => matches(score, arrangement))
    .sort(
      (a, b) =>
        Number(favourites.has(b.symbol)) - Number(favourites.has(a.symbol)) ||
        compare(figureOf(a), figureOf(b), arrangement.descending) ||
        (a.symbol < b.symbol ? -1 : 1),
    );
}

/** Sorts the scores in the order of `before`; new ones come last, in their own order. */
export function inOrderOf(before: readonly string[], scores: readonly LeanScore[]): readonly LeanScore[] {
  const places = new Map(before.map((symbol, place) => [symbol, place]));
  const placeOf = ({ symbol }: LeanScore) => places.get(symbol) ?? before.length;
  return [...scores].sort((a, b) => placeOf(a) - placeOf(b));
}

function matches({ symbol, score }: LeanScore, { side, text }: Arrangement): boolean {
  if (side === "long" && score <= 50) {
    return false;
  }
  if (side === "short" && score >= 50) {
    return false;
  }
  return symbol.toUpperCase().includes(text.trim().toUpperCase());
}

function compare(a: number | null, b: number | null, descending: boolean): number {
  if (a === null || b === null) {
    return Number(a === null) - Number(b === null);
  }
  return descending ? b - a : a - b;
}
