import type { CollectionProblem } from "@pulseboard/exchange";
import type { RefreshReport } from "@pulseboard/refresh";
import { groupProblems } from "./problem-log.ts";
import type { MarketState, Provenance } from "./state/market-state.ts";
import { referenceSection } from "./state/reference.ts";

/** The sources of one refresh for an operator: a line for each section, and one for each kind of problem. */
export function describeSources(state: MarketState, problems: readonly CollectionProblem[]): RefreshReport["sources"] {
  const sections: readonly (readonly [name: string, unit: string, provenance: Provenance])[] = [
    ["tickers", "symbols", state.overview.provenance],
    ["scores", "symbols", state.scores.provenance],
    ["reference data", "sources", referenceSection(state.reference, state.asOfMs).provenance],
  ];
  return [
    ...sections.map(([name, unit, { received, expected, stale, source, reason }]) => ({
      name,
      ok: !stale && received === expected,
      detail: `${received} of ${expected} ${unit} from ${source}${stale ? `, last known good: ${reason ?? "old"}` : ""}`,
    })),
    ...groupProblems(problems).map((group) => ({
      name: group[0]?.endpoint ?? "",
      ok: false,
      detail: `${group[0]?.message ?? ""}${group.length > 1 ? ` (${group.length} times)` : ""}`,
    })),
  ];
}
