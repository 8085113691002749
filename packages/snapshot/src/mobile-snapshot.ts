import { z } from "zod";
import { isSameJson, SECTION_ALIASES, TOP_LEVEL_ALIASES, valueAt } from "./aliases.ts";
import { checkScoreList, confluenceScoreSchema } from "./confluence-score.ts";
import type { DeepReadonly } from "./deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "./envelope.ts";
import { isSorted } from "./is-sorted.ts";
import { type Leaf, leaves } from "./leaves.ts";
import { altcoinSeason, marketBreadthSchema, marketOverviewSchema } from "./market-overview.ts";
import { missingSchema } from "./missing-reason.ts";
import { checkMoment, momentShape } from "./moment.ts";
import { OPPORTUNITIES_LIMIT, opportunitySchema } from "./opportunity.ts";
import { perpsSchema } from "./perps.ts";
import { sectionsSchema } from "./sections.ts";
import { topMoversSchema } from "./top-movers.ts";

/** `confluence_scores` shows this many of the scored symbols. */
export const CONFLUENCE_SCORES_LIMIT = 20;

const overview = marketOverviewSchema.shape;
const perps = perpsSchema.shape;

const movers = topMoversSchema.shape;
const scoresField = z.array(confluenceScoreSchema).max(CONFLUENCE_SCORES_LIMIT);

const aliasShape = {
  market_regime: overview.market_regime,
  regime: overview.market_regime,
  trend_strength: overview.trend_strength,
  trend_score: overview.trend_strength,
  current_volatility: overview.market_dispersion,
  avg_volatility: overview.avg_market_dispersion,
  market_dispersion: overview.market_dispersion,
  avg_market_dispersion: overview.avg_market_dispersion,
  btc_dominance: overview.btc_dominance,
  btc_price: overview.btc_price,
  btc_volatility: overview.btc_volatility,
  btc_daily_volatility: overview.btc_daily_volatility,
  total_volume_24h: overview.total_volume_24h,
  average_change: overview.average_change,
  gainers: movers.gainers,
  top_gainers: movers.gainers,
  losers: movers.losers,
  top_losers: movers.losers,
  symbols: scoresField,
  top_symbols: scoresField,
  funding_rate: perps.funding_rate,
  funding_zscore: perps.funding_zscore,
  long_pct: perps.long_pct,
  short_pct: perps.short_pct,
  ls_entropy: perps.ls_entropy,
  basis_pct: perps.basis_pct,
  total_open_interest: perps.open_interest,
} satisfies Record<keyof typeof TOP_LEVEL_ALIASES, z.ZodType>;

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
    sections: sectionsSchema,
    missing: missingSchema,
    market_overview: marketOverviewSchema,
    market_breadth: marketBreadthSchema,
    confluence_scores: scoresField,
    top_movers: topMoversSchema,
    perps: perpsSchema,
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
    for (const [alias, original] of Object.entries({ ...TOP_LEVEL_ALIASES, ...SECTION_ALIASES })) {
      if (!isSameJson(valueAt(snapshot, alias), valueAt(snapshot, original))) {
        refuse(alias, `expected the same as ${original}`);
      }
    }
    if (snapshot.market_overview.altcoin_season !== altcoinSeason(snapshot.market_overview.btc_dominance)) {
      refuse("market_overview.altcoin_season", "does not go with btc_dominance");
    }
    checkScoreList(snapshot.confluence_scores, "confluence_scores", context);
    if (!isSorted(snapshot.opportunities, (entry) => -entry.opportunity_score)) {
      refuse("opportunities", "expected the highest opportunity_score first");
    }
    for (const { path, message } of missingProblems(snapshotLeaves(snapshot), snapshot.missing)) {
      refuse(path, message);
    }
  });

export type MobileSnapshot = DeepReadonly<z.infer<typeof mobileSnapshotSchema>>;
export type ConfluenceScore = DeepReadonly<z.infer<typeof confluenceScoreSchema>>;

/** The parts whose nulls a reader could expect a value for. */
interface SnapshotParts {
  readonly market_overview: unknown;
  readonly market_breadth: unknown;
  readonly confluence_scores: unknown;
  readonly top_movers: unknown;
  readonly perps: unknown;
}

/** Every figure that must be known or have a reason. Lists under another name go by their original's entries. */
export function* snapshotLeaves(snapshot: SnapshotParts): Generator<Leaf> {
  yield* leaves(snapshot.market_overview, "market_overview");
  yield* leaves(snapshot.market_breadth, "market_breadth");
  yield* leaves(snapshot.confluence_scores, "confluence_scores");
  yield* leaves(snapshot.top_movers, "top_movers");
  yield* leaves(snapshot.perps, "perps");
  for (const [alias, original] of Object.entries(TOP_LEVEL_ALIASES)) {
    const value = valueAt(snapshot, original);
    if (!Array.isArray(value)) {
      yield* leaves(value, alias);
    }
  }
}

/** Nulls without a reason, and reasons for what is known. */
export function* missingProblems(
  figures: Iterable<Leaf>,
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
