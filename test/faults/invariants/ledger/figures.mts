import { isRounded } from "./market-ledger.mts";

/** Where a figure of the document is not the ledger's: what, and both figures. */
export type Mismatch = string;

export interface Figure {
  readonly path: string;
  readonly shown: number | string | null;
  readonly exact: number | string | null;
  readonly decimals: number;
}

/** Those of a section that are not the ledger's. */
export function mismatches(section: string, figures: readonly Figure[]): readonly Mismatch[] {
  return figures
    .filter(({ shown, exact, decimals }) =>
      typeof shown === "number" && typeof exact === "number" ? !isRounded(shown, exact, decimals) : shown !== exact,
    )
    .map(({ path, shown, exact }) => `${section}: ${path} is ${shown}, and the ledger has ${exact}`);
}
