import { z } from "zod";
import { TOP_LEVEL_ALIASES } from "../documents/aliases.ts";
import { leanScoreSchema } from "../documents/confluence-score.ts";
import type { Freshness } from "../documents/freshness.ts";
import type { MobileSnapshot } from "../documents/mobile-snapshot.ts";
import type { LeanScore, SymbolsDocument } from "../documents/symbols-document.ts";
import type { Missing } from "../shared/missing-reason.ts";
import { staleness } from "./body-head.ts";
import { mobileDataSchema } from "./mobile-data.ts";

type LeftOut = keyof typeof TOP_LEVEL_ALIASES | "opportunities" | "confluence_scores";

/** The body of `/api/snapshot`, for our own page. */
export type PageSnapshot = Omit<MobileSnapshot, LeftOut> & {
  /** Every scored symbol, highest score first. */
  readonly confluence_scores: readonly LeanScore[];
};

const LEFT_OUT: ReadonlySet<string> = new Set([
  ...Object.keys(TOP_LEVEL_ALIASES),
  "opportunities",
  "confluence_scores",
]);

export const pageSnapshotSchema = z.object({
  ...Object.fromEntries(Object.entries(mobileDataSchema.shape).filter(([name]) => !LEFT_OUT.has(name))),
  confluence_scores: z.array(leanScoreSchema),
});

/**
 * The body of `/api/snapshot`: every figure once, and all scored symbols, without rules and sentences.
 *
 * @param symbols - Of the same sequence as `snapshot`.
 */
export function snapshotForPage(
  snapshot: MobileSnapshot,
  symbols: SymbolsDocument,
  freshness: Freshness,
): PageSnapshot {
  const kept = Object.fromEntries(Object.entries(snapshot).filter(([name]) => !LEFT_OUT.has(name))) as Omit<
    MobileSnapshot,
    LeftOut
  >;
  return {
    ...kept,
    ...staleness(freshness),
    missing: missingForPage(snapshot.missing, symbols.missing),
    confluence_scores: symbols.symbols,
  };
}

function missingForPage(ofSnapshot: Missing, ofSymbols: Missing): Missing {
  const kept = Object.entries(ofSnapshot).filter(([path]) => !LEFT_OUT.has(path.split(".", 1).join()));
  const scores = Object.entries(ofSymbols).map(([path, reason]) => [
    path.replace("symbols", "confluence_scores"),
    reason,
  ]);
  return Object.fromEntries([...kept, ...scores]);
}
