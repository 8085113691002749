import {
  type AnalysisDocument,
  type AnalysisFields,
  analysisKey,
  type MissingReason,
  type MobileSnapshot,
  parseAnalysis,
  rowFieldsOf,
  type SymbolsDocument,
  type WorkerStateParts,
} from "@pulseboard/snapshot";
import type { MarketState, Provenance, Reference, ScoredSymbol } from "../state/market-state.ts";
import { NO_REFERENCE } from "../state/reference.ts";
import { scoreReasons } from "../state/scores.ts";
import { reasonsForNulls } from "../state/section.ts";
import { provenanceFromPart } from "./state-parts.ts";

/** The sections as the snapshot shows them, with the provenance that `worker:state` has of them. */
export function loadSections(
  snapshot: MobileSnapshot,
  scored: ReadonlyMap<string, ScoredSymbol>,
  parts: Partial<WorkerStateParts>,
): Pick<MarketState, "overview" | "movers" | "perps" | "scores"> {
  const { trend_strength, market_dispersion, btc_price, total_volume_24h, average_change } = snapshot.market_overview;
  const overview = { trend_strength, market_dispersion, btc_price, total_volume_24h, average_change };
  const { up_count: _up, down_count: _down, ...breadth } = snapshot.market_breadth;
  const { dex_share: _dexShare, ...perps } = snapshot.perps;
  const { gainers, losers } = snapshot.top_movers;
  const provenanceOf = (name: "overview" | "movers" | "perps" | "scores"): Provenance => {
    const part = parts[name];
    return part === undefined ? provenanceFromSection(snapshot.sections[name]) : provenanceFromPart(part);
  };
  const reasonsFor = (prefix: string, fields: Readonly<Record<string, unknown>>) =>
    reasonsForNulls(prefix, fields, (name): MissingReason => snapshot.missing[`${prefix}.${name}`] ?? "not_provided");
  return {
    overview: {
      value: { overview, breadth },
      missing: { ...reasonsFor("market_overview", overview), ...reasonsFor("market_breadth", breadth) },
      provenance: provenanceOf("overview"),
    },
    movers: {
      value: { gainers: gainers.map(moverFields), losers: losers.map(moverFields) },
      missing: {},
      provenance: provenanceOf("movers"),
    },
    perps: { value: perps, missing: reasonsFor("perps", perps), provenance: provenanceOf("perps") },
    scores: { value: scored, missing: scoreReasons(scored), provenance: provenanceOf("scores") },
  };
}

/** Every scored symbol whose analysis can be read and is of the same refresh. */
export function loadScores(
  { symbols, sequence, missing }: SymbolsDocument,
  documents: ReadonlyMap<string, string>,
): ReadonlyMap<string, ScoredSymbol> {
  const scored = new Map<string, ScoredSymbol>();
  for (const shown of symbols) {
    const { symbol } = shown;
    const parsed = parseAnalysis(documents.get(analysisKey(symbol)) ?? "");
    if (!parsed.ok || parsed.analysis.sequence !== sequence) {
      continue;
    }
    const row = rowFieldsOf(shown);
    const rowReasons: Record<string, MissingReason> = {};
    for (const [name, figure] of Object.entries(row)) {
      const reason = missing[`symbols.${symbol}.${name}`];
      if (figure === null && reason !== undefined) {
        rowReasons[name] = reason;
      }
    }
    scored.set(symbol, { analysis: withoutEnvelope(parsed.analysis), row, rowReasons });
  }
  return scored;
}

function withoutEnvelope({
  schema_version: _schema,
  method_version: _method,
  sequence: _sequence,
  origin: _origin,
  simulated: _simulated,
  outlook_gates: _gates,
  ...fields
}: AnalysisDocument): AnalysisFields {
  return fields;
}

/**
 * The data of each reference source, with its own time and name. Without the part of `worker:state`, both sources have the
 * section's time, which is that of the older one, so that neither is shown as newer than it is.
 */
export function loadReference(
  { sections, market_overview: overview }: MobileSnapshot,
  part: WorkerStateParts["reference"] | undefined,
): Reference {
  const { as_of, source } = sections.reference;
  const section = as_of === null ? null : { source, as_of_ms: as_of * 1000 };
  const { market_cap, fear_greed, reason } = part ?? {
    market_cap: overview.total_market_cap === null ? null : section,
    fear_greed: overview.fear_greed_value === null ? null : section,
    reason: NO_REFERENCE.reason,
  };
  const { btc_dominance, eth_dominance, stablecoin_dominance, altcoin_dominance } = overview;
  const { total_market_cap, market_cap_change_24h, fear_greed_value, fear_greed_label } = overview;
  const dominance = { btc_dominance, eth_dominance, stablecoin_dominance, altcoin_dominance };
  return {
    marketCap: market_cap && {
      value: { ...dominance, total_market_cap, market_cap_change_24h },
      source: market_cap.source,
      asOfMs: market_cap.as_of_ms,
    },
    fearGreed: fear_greed && {
      value: { fear_greed_value, fear_greed_label },
      source: fear_greed.source,
      asOfMs: fear_greed.as_of_ms,
    },
    reason,
  };
}

function provenanceFromSection({ as_of, reason, ...rest }: MobileSnapshot["sections"]["overview"]): Provenance {
  return { ...rest, asOfMs: as_of === null ? null : as_of * 1000, reason: reason ?? null };
}

function moverFields({ symbol, price, change_24h, volume_24h }: MobileSnapshot["top_movers"]["gainers"][number]) {
  return { symbol, price, change_24h, volume_24h };
}
