import type { Missing, MissingReason } from "../shared/missing-reason.ts";
import { SECTION_ALIASES, TOP_LEVEL_ALIASES } from "./aliases.ts";
import type { FigurePath } from "./figures.ts";
import { SnapshotBuildError } from "./snapshot-build-error.ts";

/** Figures that are unknown whenever another one is, in addition to the aliases. */
const FOLLOWS_FROM = {
  "market_overview.altcoin_season": "market_overview.btc_dominance",
  "market_overview.altcoin_dominance": "market_overview.btc_dominance",
} as const;

const ORIGINALS: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...TOP_LEVEL_ALIASES, ...SECTION_ALIASES, ...FOLLOWS_FROM }),
);

/** Figures that none of our sources provides. */
const NEVER_PROVIDED: ReadonlySet<string> = new Set(["perps.dex_share"]);

/**
 * An entry of `missing` for each unknown figure. An alias has the reason of the figure that it repeats.
 *
 * @param given - Reasons by dotted path; those of known figures are left out.
 * @throws SnapshotBuildError when an unknown figure has no reason.
 */
export function reasonsFor(figures: Iterable<FigurePath>, given: Missing): Missing {
  const missing: Record<string, MissingReason> = {};
  const unexplained: string[] = [];
  for (const { path, known } of figures) {
    if (known) {
      continue;
    }
    const reason = given[path] ?? given[originalOf(path)] ?? (NEVER_PROVIDED.has(path) ? "not_provided" : undefined);
    if (reason === undefined) {
      unexplained.push(path);
    } else {
      missing[path] = reason;
    }
  }
  if (unexplained.length > 0) {
    throw new SnapshotBuildError(`unknown figures without a reason: ${unexplained.slice(0, 10).join(", ")}`);
  }
  return missing;
}

function originalOf(path: string): string {
  return ORIGINALS.get(path) ?? path.replace(/^(confluence_scores\..+\.)volume_24h$/, "$1turnover_24h");
}
