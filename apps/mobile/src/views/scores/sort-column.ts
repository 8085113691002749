import type { LeanScore } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import type { SortBy } from "./arrange-scores.ts";

/** A figure that rows show only while the list is sorted by it, in the place of the volume. */
export interface SortColumn {
  /** Its name in the API. */
  readonly field: "relative" | "own_move_24h" | "beta_btc" | "correlation_btc";
  readonly title: string;
  /** As there is room for beside a price. */
  readonly short: string;
  readonly format: (value: number) => string;
  /** Coloured by its sign. */
  readonly signed: boolean;
}

const COLUMNS: Partial<Readonly<Record<SortBy, SortColumn>>> = {
  relative: { field: "relative", title: "Relative", short: "rel.", format: formats.score, signed: false },
  ownMove: { field: "own_move_24h", title: "Own move", short: "own", format: formats.signedPercent, signed: true },
  beta: { field: "beta_btc", title: "Beta", short: "beta", format: formats.number, signed: false },
  correlation: {
    field: "correlation_btc",
    title: "Correlation",
    short: "corr.",
    format: formats.number,
    signed: false,
  },
};

/** null when rows show the figure that they are sorted by anyway. */
export function sortColumn(by: SortBy): SortColumn | null {
  return COLUMNS[by] ?? null;
}

/** The figure as the row writes it; null when unknown. */
export function sortedText(score: LeanScore, { field, format }: SortColumn): string | null {
  const value = score[field] ?? null;
  return value === null ? null : format(value);
}
