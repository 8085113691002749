import type { MobileSnapshot } from "@pulseboard/snapshot";
import { type Figure, type Mismatch, mismatches } from "./figures.mts";

const CLIP_PERCENT = 30;

type ScoreRow = Pick<MobileSnapshot["confluence_scores"][number], "symbol" | "as_of" | "change_24h" | "turnover_24h">;

/**
 * The sums of the overview are those of all scored symbols, where these are the very symbols that it was made of: as many, and of the same
 * moment. Each row by itself is compared with the ledger.
 */
export function checkSums(
  { sections, market_overview: overview, market_breadth: breadth }: SumsDocument,
  rows: readonly ScoreRow[],
): readonly Mismatch[] {
  const { as_of: asOf, received } = sections.overview;
  const changes = rows.flatMap(({ change_24h: change }) => change ?? []);
  const turnovers = rows.flatMap(({ turnover_24h: turnover }) => turnover ?? []);
  const areThose =
    rows.length === received &&
    changes.length === received &&
    turnovers.length === received &&
    rows.every((row) => row.as_of === asOf);
  if (received === 0 || !areThose) {
    return [];
  }
  const up = changes.filter((change) => change > 0).length;
  const down = changes.filter((change) => change < 0).length;
  const clipped = changes.map((change) => Math.min(CLIP_PERCENT, Math.max(-CLIP_PERCENT, change)));
  const centre = mean(clipped);
  const figures: readonly Figure[] = [
    // Two decimals each, so that the sum is off by as much for each row.
    ...within("total_volume_24h", overview.total_volume_24h, total(turnovers), 0.005 * (received + 1)),
    ...within("average_change", overview.average_change, mean(changes), 6e-5),
    ...within(
      "market_dispersion",
      overview.market_dispersion,
      Math.sqrt(mean(clipped.map((change) => (change - centre) ** 2))),
      6e-5,
    ),
    { path: "gainers", shown: overview.gainers, exact: up, decimals: 0 },
    { path: "losers", shown: overview.losers, exact: down, decimals: 0 },
    { path: "flat", shown: breadth.flat, exact: received - up - down, decimals: 0 },
  ];
  return mismatches("sums over all symbols", figures);
}

type SumsDocument = Pick<MobileSnapshot, "market_overview" | "market_breadth"> & {
  readonly sections: Pick<MobileSnapshot["sections"], "overview">;
};

/** A figure, if it is further away than that. */
function within(path: string, shown: number | null, exact: number, tolerance: number): readonly Figure[] {
  const fits = shown !== null && Math.abs(shown - exact) <= tolerance;
  return fits ? [] : [{ path, shown, exact, decimals: 12 }];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function mean(values: readonly number[]): number {
  return total(values) / values.length;
}
