import {
  ALERTS_KEY,
  type AlertsDocument,
  type AnalysisDocument,
  analysisKey,
  explanation,
  HISTORY_KEY,
  type HistoryDocument,
  type MobileSnapshot,
  parseAlerts,
  parseAnalysis,
  parseHistory,
  parseSnapshot,
  parseSymbols,
  SNAPSHOT_KEY,
  SYMBOLS_KEY,
  type SymbolsDocument,
} from "@pulseboard/snapshot";
import { type AlertMemory, NO_ALERTS } from "../alerts.ts";
import { EMPTY_HISTORY, type History } from "../history.ts";
import type { Part } from "../picture/part.ts";
import type { Picture } from "../picture/picture.ts";
import { NO_REFERENCE, type Reference } from "../picture/reference-part.ts";
import { type ScoredSymbol, scoreReasons } from "../picture/scores-part.ts";

/** A picture that was published earlier, or one sentence about why it cannot be used. */
export type Restored =
  | { readonly picture: Picture; readonly alertsProblem: string | null }
  | { readonly problem: string };

/**
 * Reads back what `buildDocuments` wrote, so that a restarted worker goes on with the last known good sections. Scores
 * whose explanation cannot be read are left out; a history and alerts that cannot be read begin anew.
 * @param origin the configured one; the documents of another are none of ours
 */
export function restorePicture(documents: ReadonlyMap<string, string>, origin: string): Restored {
  const snapshot = parseSnapshot(documents.get(SNAPSHOT_KEY) ?? "");
  if (!snapshot.ok) {
    return { problem: `${SNAPSHOT_KEY}: ${snapshot.problem}` };
  }
  const symbols = parseSymbols(documents.get(SYMBOLS_KEY) ?? "");
  if (!symbols.ok) {
    return { problem: `${SYMBOLS_KEY}: ${symbols.problem}` };
  }
  if (snapshot.snapshot.origin !== origin) {
    return { problem: `its origin is ${snapshot.snapshot.origin}, this worker's is ${origin}` };
  }
  const alerts = parseAlerts(documents.get(ALERTS_KEY) ?? "");
  const history = parseHistory(documents.get(HISTORY_KEY) ?? "");
  const analyses = symbols.symbols.symbols.flatMap(({ symbol }) => {
    const parsed = parseAnalysis(documents.get(analysisKey(symbol)) ?? "");
    return parsed.ok ? [parsed.analysis] : [];
  });
  const picture = toPicture(snapshot.snapshot, symbols.symbols, analyses, history.ok ? history.history : null);
  return alerts.ok
    ? { picture: { ...picture, alerts: toAlertMemory(alerts.alerts) }, alertsProblem: null }
    : { picture, alertsProblem: documents.has(ALERTS_KEY) ? alerts.problem : null };
}

function toPicture(
  snapshot: MobileSnapshot,
  symbols: SymbolsDocument,
  analyses: readonly AnalysisDocument[],
  history: HistoryDocument | null,
): Picture {
  const { market_overview: overview, market_breadth: breadth, sections, perps } = snapshot;
  const part = <T>(
    value: T,
    section: MobileSnapshot["sections"]["overview"],
    prefixes: readonly string[],
  ): Part<T> => ({
    value,
    missing: Object.fromEntries(
      Object.entries(snapshot.missing).filter(([path]) => prefixes.some((prefix) => path.startsWith(prefix))),
    ),
    provenance: {
      asOfMs: section.as_of === null ? null : section.as_of * 1000,
      source: section.source,
      stale: section.stale,
      expected: section.expected,
      received: section.received,
      reason: section.reason ?? null,
    },
  });
  const { up_count: _up, down_count: _down, ...breadthCore } = breadth;
  const { dex_share: _dexShare, ...perpsCore } = perps;
  const { trend_strength, market_dispersion, btc_price, total_volume_24h, average_change } = overview;
  const overviewFacts = { trend_strength, market_dispersion, btc_price, total_volume_24h, average_change };
  const scores = toScores(symbols, analyses);
  return {
    asOfMs: (history?.as_of ?? sections.overview.as_of ?? 0) * 1000,
    overview: part({ overview: overviewFacts, breadth: breadthCore }, sections.overview, [
      "market_breadth.",
      ...Object.keys(overviewFacts).map((name) => `market_overview.${name}`),
    ]),
    movers: part(snapshot.top_movers, sections.movers, []),
    perps: part(perpsCore, sections.perps, ["perps."]),
    reference: toReference(snapshot),
    scores: {
      ...part(scores, sections.scores, []),
      missing: Object.assign({}, ...scores.map(({ row, analysis }) => scoreReasons(row, analysis))),
    },
    bitcoinVolatility: {
      annualisedPercent: overview.btc_volatility,
      dailyPercent: overview.btc_daily_volatility,
      reason: snapshot.missing["market_overview.btc_volatility"] ?? null,
    },
    regime: {
      name: overview.market_regime,
      reason: snapshot.missing["market_overview.market_regime"] ?? null,
    },
    meanDispersionPercent: overview.avg_market_dispersion,
    history: history === null ? EMPTY_HISTORY : toHistory(history),
    alerts: NO_ALERTS,
  };
}

/** Every scored symbol whose explanation is there: the lean row has no rules and sentences of its own. */
function toScores(symbols: SymbolsDocument, analyses: readonly AnalysisDocument[]): readonly ScoredSymbol[] {
  return symbols.symbols.flatMap((lean) => {
    const document = analyses.find(({ symbol }) => symbol === lean.symbol);
    if (document === undefined) {
      return [];
    }
    const {
      schema_version: _version,
      sequence: _sequence,
      origin: _origin,
      simulated: _simulated,
      ...analysis
    } = document;
    const { sentiment: _sentiment, volume_24h: _volume, has_breakdown: _breakdown, ...row } = lean;
    return [{ row: { ...row, ...explanation(analysis) }, analysis }];
  });
}

/** One `as_of` stands for both sources: the age of neither is understated. */
function toReference({ sections, market_overview: overview }: MobileSnapshot): Reference {
  const { as_of, source } = sections.reference;
  if (as_of === null) {
    return NO_REFERENCE;
  }
  const sources = source.split(", ");
  const asOfMs = as_of * 1000;
  const { btc_dominance, eth_dominance, stablecoin_dominance, altcoin_dominance } = overview;
  const { total_market_cap, market_cap_change_24h, fear_greed_value, fear_greed_label } = overview;
  const dominance = { btc_dominance, eth_dominance, stablecoin_dominance, altcoin_dominance };
  return {
    ...NO_REFERENCE,
    marketCap:
      total_market_cap === null
        ? null
        : { facts: { ...dominance, total_market_cap, market_cap_change_24h }, source: sources[0] ?? source, asOfMs },
    fearGreed:
      fear_greed_value === null
        ? null
        : { facts: { fear_greed_value, fear_greed_label }, source: sources.at(-1) ?? source, asOfMs },
  };
}

function toAlertMemory({ alerts, zones, regime }: AlertsDocument): AlertMemory {
  return { alerts, zones, regime };
}

function toHistory({ scores, market_dispersion, btc_dominance }: HistoryDocument): History {
  return {
    scores: Object.fromEntries(Object.entries(scores).map(([symbol, { at, score }]) => [symbol, { at, value: score }])),
    dispersion: market_dispersion,
    btcDominance: btc_dominance,
  };
}
