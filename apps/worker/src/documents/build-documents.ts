import {
  ALERTS_KEY,
  alertsDocumentSchema,
  analysisDocumentSchema,
  analysisKey,
  buildSnapshot,
  buildSymbolsDocument,
  HISTORY_KEY,
  type HistoryDocument,
  historyDocumentSchema,
  MAX_ALERTS_BYTES,
  MAX_ANALYSIS_BYTES,
  MAX_SNAPSHOT_BYTES,
  SCHEMA_VERSION,
  SNAPSHOT_KEY,
  SnapshotBuildError,
  type SnapshotCore,
  SYMBOLS_KEY,
} from "@pulseboard/snapshot";
import type { History } from "../history.ts";
import type { Part, Provenance } from "../picture/part.ts";
import { reasonsForNulls } from "../picture/part.ts";
import type { Picture } from "../picture/picture.ts";
import { referencePart } from "../picture/reference-part.ts";
import { withHistory } from "../picture/scores-part.ts";

/** What documents say about the program that wrote them. */
export interface Imprint {
  readonly origin: string;
  readonly simulated: boolean;
  /** Of the schedule, ms. */
  readonly periodMs: number;
}

/**
 * All documents of a refresh, validated, as JSON text by key. A symbol whose explanation would not be valid is left
 * out of all of them: a defect of ours, which must not keep the other symbols from their readers.
 * @param generatedAtMs wall time, Unix ms
 * @param onLeftOut is told of each symbol that is left out
 * @throws SnapshotBuildError when another document would not be valid; nothing is published then
 */
export function buildDocuments(
  picture: Picture,
  imprint: Imprint,
  sequence: number,
  generatedAtMs: number,
  onLeftOut: (symbol: string, error: SnapshotBuildError) => void,
): ReadonlyMap<string, string> {
  const envelope = {
    schema_version: SCHEMA_VERSION,
    sequence,
    origin: imprint.origin,
    simulated: imprint.simulated,
  } as const;
  const analyses = new Map<string, string>();
  for (const { analysis } of picture.scores.value) {
    const key = analysisKey(analysis.symbol);
    try {
      const document = validated(analysisDocumentSchema, { ...envelope, ...analysis }, key);
      analyses.set(key, text(document, key, MAX_ANALYSIS_BYTES));
    } catch (error) {
      if (!(error instanceof SnapshotBuildError)) {
        throw error;
      }
      onLeftOut(analysis.symbol, error);
    }
  }
  const core = snapshotCore(withScoresOf(picture, analyses), imprint, sequence, generatedAtMs);
  const documents = new Map<string, string>(analyses);
  documents.set(SNAPSHOT_KEY, text(buildSnapshot(core), SNAPSHOT_KEY, MAX_SNAPSHOT_BYTES));
  documents.set(SYMBOLS_KEY, JSON.stringify(buildSymbolsDocument(core)));
  const alerts = validated(alertsDocumentSchema, { ...envelope, ...picture.alerts }, ALERTS_KEY);
  documents.set(ALERTS_KEY, text(alerts, ALERTS_KEY, MAX_ALERTS_BYTES));
  const history = { ...envelope, ...historyFacts(picture.history, picture.asOfMs) };
  documents.set(HISTORY_KEY, JSON.stringify(validated(historyDocumentSchema, history, HISTORY_KEY)));
  return documents;
}

/** The picture with the scores that have an explanation. */
function withScoresOf(picture: Picture, analyses: ReadonlyMap<string, string>): Picture {
  const { scores } = picture;
  const value = scores.value.filter(({ row }) => analyses.has(analysisKey(row.symbol)));
  return { ...picture, scores: { ...scores, value, provenance: { ...scores.provenance, received: value.length } } };
}

function snapshotCore(picture: Picture, imprint: Imprint, sequence: number, generatedAtMs: number): SnapshotCore {
  const { overview, movers, perps, scores, bitcoinVolatility, regime } = picture;
  const reference = referencePart(picture.reference, picture.asOfMs);
  const bitcoin = {
    btc_volatility: bitcoinVolatility.annualisedPercent,
    btc_daily_volatility: bitcoinVolatility.dailyPercent,
  };
  const mean = { avg_market_dispersion: picture.meanDispersionPercent };
  const parts: readonly Part<unknown>[] = [overview, movers, perps, reference, scores];
  return {
    sequence,
    period_ms: imprint.periodMs,
    origin: imprint.origin,
    simulated: imprint.simulated,
    generated_at_ms: generatedAtMs,
    sections: {
      overview: section(overview.provenance),
      scores: section(scores.provenance),
      movers: section(movers.provenance),
      perps: section(perps.provenance),
      reference: section(reference.provenance),
    },
    market_overview: {
      market_regime: regime.name,
      ...overview.value.overview,
      ...mean,
      ...bitcoin,
      ...reference.value,
    },
    market_breadth: overview.value.breadth,
    confluence_scores: scores.value.map(({ row }) => withHistory(row, picture.history)),
    top_movers: movers.value,
    perps: perps.value,
    missing: {
      ...Object.assign({}, ...parts.map(({ missing }) => missing)),
      ...reasonsForNulls("market_overview", mean, "too_short"),
      ...reasonsForNulls("market_overview", bitcoin, bitcoinVolatility.reason ?? "too_short"),
      ...(regime.reason !== null && { "market_overview.market_regime": regime.reason }),
    },
  };
}

function section({
  asOfMs,
  source,
  stale,
  expected,
  received,
  reason,
}: Provenance): SnapshotCore["sections"]["overview"] {
  return { as_of: asOfMs === null ? null : Math.floor(asOfMs / 1000), source, stale, expected, received, reason };
}

function historyFacts(
  { scores, dispersion, btcDominance }: History,
  asOfMs: number,
): Omit<HistoryDocument, "schema_version" | "sequence" | "origin" | "simulated"> {
  return {
    as_of: Math.floor(asOfMs / 1000),
    scores: Object.fromEntries(Object.entries(scores).map(([symbol, { at, value }]) => [symbol, { at, score: value }])),
    market_dispersion: dispersion,
    btc_dominance: btcDominance,
  };
}

interface Checker {
  safeParse(document: unknown): {
    readonly success: boolean;
    readonly error?: { readonly message: string } | undefined;
  };
}

function validated<T>(schema: Checker, document: T, key: string): T {
  const result = schema.safeParse(document);
  if (!result.success) {
    throw new SnapshotBuildError(`${key} is not valid: ${result.error?.message ?? "unknown"}`);
  }
  return document;
}

function text(document: unknown, key: string, maxBytes: number): string {
  const json = JSON.stringify(document);
  const bytes = Buffer.byteLength(json);
  if (bytes > maxBytes) {
    throw new SnapshotBuildError(`${key} has ${bytes} bytes, more than the ${maxBytes} it may have`);
  }
  return json;
}
