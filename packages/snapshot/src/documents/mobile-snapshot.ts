import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import { isSorted } from "../shared/is-sorted.ts";
import { missingSchema } from "../shared/missing-reason.ts";
import { checkMoment, momentShape } from "../shared/moment.ts";
import { isSameJson, SECTION_ALIASES, TOP_LEVEL_ALIASES, valueAt } from "./aliases.ts";
import { checkScoreList, confluenceScoreSchema } from "./confluence-score.ts";
import { type FigurePath, figurePaths } from "./figures.ts";
import { altcoinSeason, marketBreadthSchema, marketOverviewSchema } from "./market-overview.ts";
import { OPPORTUNITIES_LIMIT, opportunitySchema } from "./opportunity.ts";
import { outlookGatesSchema } from "./outlook.ts";
import { perpsSchema } from "./perps.ts";
import { sectionsSchema } from "./sections.ts";
import { staleReasonField } from "./stale-reason.ts";
import { topMoversSchema } from "./top-movers.ts";

/** `confluence_scores` shows this many of the scored symbols. */
export const CONFLUENCE_SCORES_LIMIT = 20;

const scoresField = z.array(confluenceScoreSchema).max(CONFLUENCE_SCORES_LIMIT);

const sectionShapes = {
  market_overview: marketOverviewSchema.shape,
  top_movers: topMoversSchema.shape,
  perps: perpsSchema.shape,
};

type SectionShapes = typeof sectionShapes;
type AliasTable = typeof TOP_LEVEL_ALIASES;

/** The schema of the figure or list at a path of the alias table. */
type SchemaAt<Path extends string> = Path extends "confluence_scores"
  ? typeof scoresField
  : Path extends `${infer Section extends keyof SectionShapes}.${infer Name}`
    ? Name extends keyof SectionShapes[Section]
      ? SectionShapes[Section][Name]
      : never
    : never;

const aliasShape = Object.fromEntries(
  Object.entries(TOP_LEVEL_ALIASES).map(([alias, path]) => [
    alias,
    path === "confluence_scores" ? scoresField : valueAt(sectionShapes, path),
  ]),
) as { readonly [Alias in keyof AliasTable]: SchemaAt<AliasTable[Alias]> };

/** `mobile:snapshot`: the exact body of `/api/dashboard/mobile-data` while it is fresh. */
export const mobileSnapshotSchema = z
  .object({
    status: z.literal("success"),
    ...envelopeShape,
    /** The schedule's period, ms. */
    period_ms: z.int().positive(),
    ...momentShape,
    source: z.literal("pulseboard"),
    data_source: z.enum(["live", "stale"]),
    stale: z.boolean(),
    /** The worker writes null: only a server can know why there is nothing newer. Absent in documents of older workers. */
    stale_reason: staleReasonField.optional(),
    sections: sectionsSchema,
    missing: missingSchema,
    market_overview: marketOverviewSchema,
    market_breadth: marketBreadthSchema,
    confluence_scores: scoresField,
    top_movers: topMoversSchema,
    perps: perpsSchema,
    /** Absent in documents of older workers. */
    outlook_gates: outlookGatesSchema.optional(),
    opportunities: z.array(opportunitySchema).max(OPPORTUNITIES_LIMIT),
    ...aliasShape,
  })
  .superRefine((snapshot, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: path.split("."), message });
    checkSimulatedIsSaid(snapshot, context);
    checkMoment(snapshot, context);
    if (snapshot.stale !== (snapshot.data_source === "stale")) {
      refuse("data_source", "contradicts stale");
    }
    if (!snapshot.stale && (snapshot.stale_reason ?? null) !== null) {
      refuse("stale_reason", "expected null, as the snapshot is fresh");
    }
    for (const [alias, original] of Object.entries({ ...TOP_LEVEL_ALIASES, ...SECTION_ALIASES })) {
      if (!isSameJson(valueAt(snapshot, alias), valueAt(snapshot, original))) {
        refuse(alias, `expected the same as ${original}`);
      }
    }
    if (snapshot.market_overview.altcoin_season !== altcoinSeason(snapshot.market_overview.btc_dominance)) {
      refuse("market_overview.altcoin_season", "does not go with btc_dominance");
    }
    checkScoreList(snapshot, snapshot.confluence_scores, "confluence_scores", context);
    if (!isSorted(snapshot.opportunities, (entry) => -entry.opportunity_score)) {
      refuse("opportunities", "expected the highest opportunity_score first");
    }
    for (const { path, message } of missingProblems(snapshotFigures(snapshot), snapshot.missing)) {
      refuse(path, message);
    }
  });

const checkedScores = z.array(z.custom<z.infer<typeof confluenceScoreSchema>>()).max(CONFLUENCE_SCORES_LIMIT);

/** The same for a writer that has checked each row already: the rows are there three times, and take longest to check. */
export const snapshotAroundScoresSchema = mobileSnapshotSchema.safeExtend({
  confluence_scores: checkedScores,
  symbols: checkedScores,
  top_symbols: checkedScores,
});

export type MobileSnapshot = DeepReadonly<z.infer<typeof mobileSnapshotSchema>>;
export type ConfluenceScore = DeepReadonly<z.infer<typeof confluenceScoreSchema>>;

/** The sections whose nulls a reader could expect a value for. */
interface SnapshotSections {
  readonly market_overview: unknown;
  readonly market_breadth: unknown;
  readonly confluence_scores: unknown;
  readonly top_movers: unknown;
  readonly perps: unknown;
}

/** Every figure that must be known or have a reason. The rows of a list that is an alias are left to the original. */
export function* snapshotFigures(snapshot: SnapshotSections): Generator<FigurePath> {
  yield* figurePaths(snapshot.market_overview, "market_overview");
  yield* figurePaths(snapshot.market_breadth, "market_breadth");
  yield* figurePaths(snapshot.confluence_scores, "confluence_scores");
  yield* figurePaths(snapshot.top_movers, "top_movers");
  yield* figurePaths(snapshot.perps, "perps");
  for (const [alias, original] of Object.entries(TOP_LEVEL_ALIASES)) {
    const value = valueAt(snapshot, original);
    if (!Array.isArray(value)) {
      yield* figurePaths(value, alias);
    }
  }
}

/** Reports nulls without a reason, and known figures with one. */
export function* missingProblems(
  figures: Iterable<FigurePath>,
  missing: Readonly<Record<string, string>>,
): Generator<{ readonly path: string; readonly message: string }> {
  for (const { path, known } of figures) {
    const hasReason = Object.hasOwn(missing, path);
    if (!known && !hasReason) {
      yield { path, message: "is null without an entry in missing" };
    }
    if (known && hasReason) {
      yield { path, message: "is known and yet in missing" };
    }
  }
}
