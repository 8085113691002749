import { MAX_SNAPSHOT_BYTES, utf8Bytes } from "../shared/sizes.ts";
import { finish, type Steps } from "../shared/steps.ts";
import { TOP_LEVEL_ALIASES, valueAt } from "./aliases.ts";
import { byScore, bySymbol, checkRows, envelopeOf, momentOf, validated } from "./building.ts";
import { confluenceScoreSchema } from "./confluence-score.ts";
import { altcoinSeason } from "./market-overview.ts";
import {
  CONFLUENCE_SCORES_LIMIT,
  type ConfluenceScore,
  type MobileSnapshot,
  snapshotAroundScoresSchema,
  snapshotFigures,
} from "./mobile-snapshot.ts";
import { findOpportunities } from "./opportunity.ts";
import { reasonsFor } from "./reasons.ts";
import { SnapshotBuildError } from "./snapshot-build-error.ts";
import type { SnapshotFields } from "./snapshot-fields.ts";
import { withMoverAliases } from "./top-movers.ts";

/** A page shows at least this many where the market has them. */
const CONFLUENCE_SCORES_MINIMUM = 10;
const KEY = "mobile:snapshot";

/**
 * Builds `mobile:snapshot`: selects and sorts the scores, adds aliases, opportunities and labels, and gives every null
 * its reason. It neither rounds nor fills in anything. If the text gets too long (long sentences, many missing figures),
 * it shows fewer scores, because readers would refuse it.
 *
 * @throws SnapshotBuildError when a null has no reason, or the result would not validate.
 */
export function buildSnapshot(fields: SnapshotFields): MobileSnapshot {
  return finish(snapshotSteps(fields));
}

/** The same in steps. */
export function* snapshotSteps(fields: SnapshotFields): Steps<MobileSnapshot> {
  for (let limit = CONFLUENCE_SCORES_LIMIT; limit >= CONFLUENCE_SCORES_MINIMUM; limit -= 1) {
    const snapshot = assemble(fields, limit);
    const bytes = utf8Bytes(JSON.stringify(snapshot));
    yield;
    if (bytes <= MAX_SNAPSHOT_BYTES) {
      const { confluence_scores } = snapshot;
      yield* checkRows(confluenceScoreSchema, confluence_scores, { key: KEY, name: "confluence_scores", inAStep: 5 });
      return validated(snapshotAroundScoresSchema, snapshot, KEY);
    }
  }
  throw new SnapshotBuildError(`${KEY} is longer than ${MAX_SNAPSHOT_BYTES} bytes`);
}

function assemble(fields: SnapshotFields, limit: number): MobileSnapshot {
  const overview = fields.market_overview;
  const { up, down } = fields.market_breadth;
  const sections = {
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
    market_breadth: { ...fields.market_breadth, up_count: up, down_count: down },
    confluence_scores: farthestFromNeutral(fields.confluence_scores, limit),
    top_movers: {
      gainers: fields.top_movers.gainers.map(withMoverAliases),
      losers: fields.top_movers.losers.map(withMoverAliases),
    },
    perps: { ...fields.perps, dex_share: null },
  };
  return {
    status: "success",
    ...envelopeOf(fields),
    period_ms: fields.period_ms,
    ...momentOf(fields),
    source: "pulseboard",
    data_source: "live",
    stale: false,
    stale_reason: null,
    sections: fields.sections,
    missing: reasonsFor(snapshotFigures(sections), fields.missing),
    ...sections,
    outlook_gates: fields.outlook_gates,
    opportunities: findOpportunities(fields.confluence_scores),
    ...topLevelAliases(sections),
  };
}

/** Those that stand out most from the market; where too few are scored to say what the market is, from 50. */
function farthestFromNeutral(scored: readonly ConfluenceScore[], limit: number): readonly ConfluenceScore[] {
  const distance = ({ relative, score }: ConfluenceScore): number => Math.abs((relative ?? score) - 50);
  return [...scored]
    .sort((a, b) => distance(b) - distance(a) || bySymbol(a, b))
    .slice(0, limit)
    .sort(byScore);
}

/** Each alias of the table with the value that it repeats. */
function topLevelAliases(sections: object): Pick<MobileSnapshot, keyof typeof TOP_LEVEL_ALIASES> {
  const aliases = Object.entries(TOP_LEVEL_ALIASES).map(([alias, path]) => [alias, valueAt(sections, path)]);
  return Object.fromEntries(aliases) as Pick<MobileSnapshot, keyof typeof TOP_LEVEL_ALIASES>;
}
