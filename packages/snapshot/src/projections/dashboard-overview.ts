import { z } from "zod";
import { leanScoreSchema } from "../documents/confluence-score.ts";
import type { Freshness } from "../documents/freshness.ts";
import { marketOverviewSchema, regimeField, UNKNOWN_REGIME } from "../documents/market-overview.ts";
import { reasonsOf, withPrefix } from "../documents/missing-paths.ts";
import type { MobileSnapshot } from "../documents/mobile-snapshot.ts";
import { OPPORTUNITIES_LIMIT, opportunitySchema } from "../documents/opportunity.ts";
import type { SnapshotDocuments } from "../documents/snapshot-documents.ts";
import type { LeanScore, SymbolsDocument } from "../documents/symbols-document.ts";
import { topMoversSchema } from "../documents/top-movers.ts";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import {
  amountUsdField,
  changePercentField,
  countField,
  spreadPercentField,
  unixSecondsField,
} from "../shared/fields.ts";
import { type Missing, missingSchema } from "../shared/missing-reason.ts";
import {
  allNull,
  allNullSchema,
  emptyListField,
  errorHeadOf,
  errorShape,
  type Failure,
  headOf,
  headShape,
} from "./body-head.ts";
import { unknownOverview, unknownOverviewSchema } from "./error-body.ts";

/** `signals` shows at most this many scores. */
const SIGNALS_LIMIT = 10;

/** Dispersions, %, above which the regime calls the market choppy and volatile. */
const MEDIUM_VOLATILITY_PERCENT = 8;
const HIGH_VOLATILITY_PERCENT = 15;

const volatilityShape = {
  /** Standard deviation of 24 h changes across symbols, %. */
  value: spreadPercentField.nullable(),
  /** "low" up to 8, "medium" up to 15, else "high". */
  level: z.enum(["low", "medium", "high"]).nullable(),
};

const summaryShape = {
  /** Eligible symbols; null when there never was any. */
  total_symbols: countField.nullable(),
  /** USD turnover of all of them; both names for the page. */
  total_volume: amountUsdField.nullable(),
  total_volume_24h: amountUsdField.nullable(),
  /** Mean 24 h change, %. */
  average_change: changePercentField.nullable(),
  timestamp: unixSecondsField,
};

/** The body of `/api/dashboard/overview`. */
export const dashboardOverviewSchema = z.object({
  ...headShape,
  summary: z.object(summaryShape),
  market_regime: regimeField,
  market_overview: marketOverviewSchema,
  /** Scores of 65 and above or 35 and below, farthest from 50 first. */
  signals: z.array(leanScoreSchema).max(SIGNALS_LIMIT),
  top_gainers: topMoversSchema.shape.gainers,
  top_losers: topMoversSchema.shape.losers,
  volatility: z.object(volatilityShape),
  opportunities: z.array(opportunitySchema).max(OPPORTUNITIES_LIMIT),
  missing: missingSchema,
});

export type DashboardOverview = DeepReadonly<z.infer<typeof dashboardOverviewSchema>>;

/** The market in one answer: summary, regime, the strongest scores, movers, volatility and opportunities. */
export function dashboardOverview(
  { snapshot, symbols }: Pick<SnapshotDocuments, "snapshot" | "symbols">,
  freshness: Freshness,
): DashboardOverview {
  const { market_overview: overview, sections } = snapshot;
  const signals = strongestScores(symbols.symbols);
  return {
    ...headOf(snapshot, freshness),
    summary: {
      total_symbols: sections.overview.as_of === null ? null : sections.overview.received,
      total_volume: overview.total_volume_24h,
      total_volume_24h: overview.total_volume_24h,
      average_change: overview.average_change,
      timestamp: snapshot.timestamp,
    },
    market_regime: overview.market_regime,
    market_overview: overview,
    signals,
    top_gainers: snapshot.top_movers.gainers,
    top_losers: snapshot.top_movers.losers,
    volatility: { value: overview.market_dispersion, level: volatilityLevel(overview.market_dispersion) },
    opportunities: snapshot.opportunities,
    missing: missingOf(snapshot, symbols, signals),
  };
}

function strongestScores(scored: readonly LeanScore[]): readonly LeanScore[] {
  const distance = ({ score }: LeanScore): number => Math.abs(score - 50);
  return scored
    .filter(({ sentiment }) => sentiment !== "NEUTRAL")
    .sort((a, b) => distance(b) - distance(a) || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, SIGNALS_LIMIT);
}

function volatilityLevel(dispersionPercent: number | null): DashboardOverview["volatility"]["level"] {
  if (dispersionPercent === null) {
    return null;
  }
  if (dispersionPercent > HIGH_VOLATILITY_PERCENT) {
    return "high";
  }
  return dispersionPercent > MEDIUM_VOLATILITY_PERCENT ? "medium" : "low";
}

const SHOWN_AS = {
  market_regime: "market_overview.market_regime",
  "summary.total_volume": "market_overview.total_volume_24h",
  "summary.total_volume_24h": "market_overview.total_volume_24h",
  "summary.average_change": "market_overview.average_change",
  "volatility.value": "market_overview.market_dispersion",
  "volatility.level": "market_overview.market_dispersion",
} as const;

function missingOf(snapshot: MobileSnapshot, symbols: SymbolsDocument, signals: readonly LeanScore[]): Missing {
  const { as_of, reason } = snapshot.sections.overview;
  return {
    ...(as_of === null && { "summary.total_symbols": reason ?? "source_unavailable" }),
    ...reasonsOf(SHOWN_AS, snapshot.missing),
    ...withPrefix(snapshot.missing, "market_overview.", "market_overview."),
    ...Object.assign(
      {},
      ...signals.map(({ symbol }) => withPrefix(symbols.missing, `symbols.${symbol}.`, `signals.${symbol}.`)),
    ),
  };
}

export const dashboardOverviewErrorSchema = z.object({
  ...errorShape,
  summary: z.object({ ...allNullSchema(summaryShape).shape, timestamp: unixSecondsField }),
  market_regime: z.literal(UNKNOWN_REGIME),
  market_overview: unknownOverviewSchema,
  signals: emptyListField,
  top_gainers: emptyListField,
  top_losers: emptyListField,
  volatility: allNullSchema(volatilityShape),
  opportunities: emptyListField,
});

export type DashboardOverviewError = DeepReadonly<z.infer<typeof dashboardOverviewErrorSchema>>;

/** The body while there is no snapshot. */
export function dashboardOverviewError(failure: Failure): DashboardOverviewError {
  const head = errorHeadOf(failure);
  return {
    ...head,
    summary: { ...allNull(summaryShape), timestamp: head.timestamp },
    market_regime: UNKNOWN_REGIME,
    market_overview: unknownOverview(),
    signals: [],
    top_gainers: [],
    top_losers: [],
    volatility: allNull(volatilityShape),
    opportunities: [],
  };
}
