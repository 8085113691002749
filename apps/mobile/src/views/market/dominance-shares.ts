import type { BarColour } from "../../parts/stacked-bar.tsx";

export interface Dominance {
  readonly name: string;
  /** Share of the total market capitalisation, %; null when unknown. */
  readonly percent: number | null;
  readonly colour: BarColour;
}

/** The known shares as segments of a bar, and the rest of the whole; empty when none is known. */
export function dominanceShares(dominances: readonly Dominance[]) {
  const known = dominances.flatMap(({ name, percent, colour }) =>
    percent === null ? [] : [{ name, size: percent, colour }],
  );
  if (known.length === 0) {
    return [];
  }
  const rest = 100 - known.reduce((sum, { size }) => sum + size, 0);
  return [...known, { name: "rest", size: Math.max(0, rest), colour: "rest" as const }];
}
