import type { z } from "zod";
import { scoreSentiment } from "./confluence-score.ts";
import { describeIssues } from "./describe-issues.ts";
import { SCHEMA_VERSION } from "./envelope.ts";
import { isoFromUnixMs } from "./iso-time.ts";
import { leaves } from "./leaves.ts";
import { altcoinSeason } from "./market-overview.ts";
import { withPrefix } from "./missing-paths.ts";
import {
  CONFLUENCE_SCORES_LIMIT,
  type ConfluenceScore,
  type MobileSnapshot,
  mobileSnapshotSchema,
  snapshotLeaves,
} from "./mobile-snapshot.ts";
import { findOpportunities } from "./opportunity.ts";
import { reasonsFor } from "./reasons.ts";
import { MAX_SNAPSHOT_BYTES, utf8Bytes } from "./sizes.ts";
import { SnapshotBuildError } from "./snapshot-build-error.ts";
import type { ScoredSymbolCore, SnapshotCore } from "./snapshot-core.ts";
import { type SymbolsDocument, symbolsDocumentSchema } from "./symbols-document.ts";
import { withMoverAliases } from "./top-movers.ts";

/** What a page shows at the least where the market has them. */
const CONFLUENCE_SCORES_MINIMUM = 10;

/**
 * Puts `mobile:snapshot` together: selects, sorts, adds aliases, opportunities and labels, and gives every null its
 * reason. Rounds nothing and fills nothing in. Should the text be too long, which takes long sentences and much that is
 * missing, it shows fewer scores rather than being refused by every reader.
 *
 * @throws SnapshotBuildError when a null has no reason, or the result would not validate.
 */
export function buildSnapshot(core: SnapshotCore): MobileSnapshot {
  for (let limit = CONFLUENCE_SCORES_LIMIT; limit >= CONFLUENCE_SCORES_MINIMUM; limit -= 1) {
    const snapshot = assemble(core, limit);
    const bytes = utf8Bytes(JSON.stringify(snapshot));
    if (bytes <= MAX_SNAPSHOT_BYTES) {
      return validated(mobileSnapshotSchema, snapshot, "mobile:snapshot");
    }
  }
  throw new SnapshotBuildError(`mobile:snapshot is longer than ${MAX_SNAPSHOT_BYTES} bytes`);
}

function assemble(core: SnapshotCore, limit: number): MobileSnapshot {
  const overview = core.market_overview;
  const { up, down } = core.market_breadth;
  const parts = {
    market_overview: {
      ...overview,
      volatility: overview.market_dispersion,
      current_volatility: overview.market_dispersion,
      avg_volatility: overview.avg_market_dispersion,
      total_volume: overview.total_volume_24h,
      altcoin_season: altcoinSeason(overview.btc_dominance),
      gainers: up,
      losers: down,
    },
    market_breadth: { ...core.market_breadth, up_count: up, down_count: down },
    confluence_scores: farthestFromNeutral(core.confluence_scores, limit).map(withDerived),
    top_movers: {
      gainers: core.top_movers.gainers.map(withMoverAliases),
      losers: core.top_movers.losers.map(withMoverAliases),
    },
    perps: { ...core.perps, dex_share: null },
  };
  return {
    status: "success",
    ...envelope(core),
    period_ms: core.period_ms,
    ...moment(core),
    source: "pulseboard",
    data_source: "live",
    stale: false,
    sections: core.sections,
    missing: reasonsFor(snapshotLeaves(parts), core.missing),
    ...parts,
    opportunities: findOpportunities(core.confluence_scores),
    ...topLevelAliases(parts),
  };
}

/**
 * Puts `mobile:symbols` together from the same facts: every scored symbol, lean, highest score first.
 *
 * @throws SnapshotBuildError as `buildSnapshot`.
 */
export function buildSymbolsDocument(core: SnapshotCore): SymbolsDocument {
  const symbols = [...core.confluence_scores].sort(byScore).map((entry) => {
    const { sub_components: _rules, interpretations: _sentences, ...lean } = withDerived(entry);
    return lean;
  });
  const reasons = reasonsFor(leaves(symbols, "confluence_scores"), core.missing);
  const document: SymbolsDocument = {
    ...envelope(core),
    ...moment(core),
    missing: withPrefix(reasons, "confluence_scores.", "symbols."),
    symbols,
  };
  return validated(symbolsDocumentSchema, document, "mobile:symbols");
}

const bySymbol = (a: ScoredSymbolCore, b: ScoredSymbolCore): number => (a.symbol < b.symbol ? -1 : 1);
const byScore = (a: ScoredSymbolCore, b: ScoredSymbolCore): number => b.score - a.score || bySymbol(a, b);

function farthestFromNeutral(scored: readonly ScoredSymbolCore[], limit: number): readonly ScoredSymbolCore[] {
  return [...scored]
    .sort((a, b) => Math.abs(b.score - 50) - Math.abs(a.score - 50) || bySymbol(a, b))
    .slice(0, limit)
    .sort(byScore);
}

function withDerived(entry: ScoredSymbolCore): ConfluenceScore {
  return {
    ...entry,
    sentiment: scoreSentiment(entry.score),
    volume_24h: entry.turnover_24h,
    has_breakdown: Object.values(entry.components).some((score) => score !== null),
  };
}

function envelope({ sequence, origin, simulated }: SnapshotCore) {
  return { schema_version: SCHEMA_VERSION, sequence, origin, simulated } as const;
}

function moment({ generated_at_ms: unixMs }: SnapshotCore) {
  return { timestamp: Math.floor(unixMs / 1000), generated_at: isoFromUnixMs(unixMs) };
}

function topLevelAliases({
  market_overview: overview,
  confluence_scores: scores,
  top_movers: movers,
  perps,
}: Pick<MobileSnapshot, "market_overview" | "confluence_scores" | "top_movers" | "perps">) {
  return {
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
    symbols: scores,
    top_symbols: scores,
    funding_rate: perps.funding_rate,
    funding_zscore: perps.funding_zscore,
    long_pct: perps.long_pct,
    short_pct: perps.short_pct,
    ls_entropy: perps.ls_entropy,
    basis_pct: perps.basis_pct,
    total_open_interest: perps.open_interest,
  };
}

function validated<T>(schema: z.ZodType, document: T, key: string): T {
  const result = schema.safeParse(document);
  if (!result.success) {
    throw new SnapshotBuildError(`${key} is not valid: ${describeIssues(result.error.issues)}`);
  }
  return document;
}
