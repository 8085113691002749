import type { CollectionProblem } from "@pulseboard/exchange";
import type { RefreshReport } from "@pulseboard/refresh";
import type { Provenance } from "./picture/part.ts";
import type { Picture } from "./picture/picture.ts";
import { referencePart } from "./picture/reference-part.ts";
import { groupProblems } from "./problem-log.ts";

/** What came from where in one refresh, for a person: a line for each part, and one for each kind of problem. */
export function describeSources(picture: Picture, problems: readonly CollectionProblem[]): RefreshReport["sources"] {
  const parts: readonly (readonly [name: string, unit: string, provenance: Provenance])[] = [
    ["tickers", "symbols", picture.overview.provenance],
    ["scores", "symbols", picture.scores.provenance],
    ["reference data", "sources", referencePart(picture.reference, picture.asOfMs).provenance],
  ];
  return [
    ...parts.map(([name, unit, { received, expected, stale, source, reason }]) => ({
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
