import { type AlertsDocument, alertsDocumentSchema } from "./alerts-document.ts";
import { type AnalysisDocument, analysisDocumentSchema } from "./analysis-document.ts";
import { type HistoryDocument, historyDocumentSchema } from "./history-document.ts";
import { type MobileSnapshot, mobileSnapshotSchema } from "./mobile-snapshot.ts";
import { type DocumentKind, firstVersion, parseDocument } from "./parse-document.ts";
import {
  MAX_ALERTS_BYTES,
  MAX_ANALYSIS_BYTES,
  MAX_HISTORY_BYTES,
  MAX_SNAPSHOT_BYTES,
  MAX_SYMBOLS_BYTES,
} from "./sizes.ts";
import { type SymbolsDocument, symbolsDocumentSchema } from "./symbols-document.ts";

/** What was wrong, by path: "market_overview.btc_price: expected number, received string". */
export interface Refused {
  readonly ok: false;
  readonly problem: string;
}

/** A document of the current or the previous schema version, as the current one. */
type Parsed<Name extends string, Document> = ({ readonly ok: true } & { readonly [Key in Name]: Document }) | Refused;

const snapshotKind: DocumentKind = {
  ...firstVersion,
  name: "mobile:snapshot",
  schema: mobileSnapshotSchema,
  maxBytes: MAX_SNAPSHOT_BYTES,
};

/** Reads the JSON text of `mobile:snapshot`. Never throws. */
export function parseSnapshot(text: string): Parsed<"snapshot", MobileSnapshot> {
  const result = parseDocument(text, snapshotKind);
  return result.ok ? { ok: true, snapshot: result.document as MobileSnapshot } : result;
}

const symbolsKind: DocumentKind = {
  ...firstVersion,
  name: "mobile:symbols",
  schema: symbolsDocumentSchema,
  maxBytes: MAX_SYMBOLS_BYTES,
};

/** Reads the JSON text of `mobile:symbols`. Never throws. */
export function parseSymbols(text: string): Parsed<"symbols", SymbolsDocument> {
  const result = parseDocument(text, symbolsKind);
  return result.ok ? { ok: true, symbols: result.document as SymbolsDocument } : result;
}

const analysisKind: DocumentKind = {
  ...firstVersion,
  name: "mobile:analysis",
  schema: analysisDocumentSchema,
  maxBytes: MAX_ANALYSIS_BYTES,
};

/** Reads the JSON text of one `mobile:analysis:SYMBOL`. Never throws. */
export function parseAnalysis(text: string): Parsed<"analysis", AnalysisDocument> {
  const result = parseDocument(text, analysisKind);
  return result.ok ? { ok: true, analysis: result.document as AnalysisDocument } : result;
}

const alertsKind: DocumentKind = {
  ...firstVersion,
  name: "mobile:alerts",
  schema: alertsDocumentSchema,
  maxBytes: MAX_ALERTS_BYTES,
};

/** Reads the JSON text of `mobile:alerts`. Never throws. */
export function parseAlerts(text: string): Parsed<"alerts", AlertsDocument> {
  const result = parseDocument(text, alertsKind);
  return result.ok ? { ok: true, alerts: result.document as AlertsDocument } : result;
}

const historyKind: DocumentKind = {
  ...firstVersion,
  name: "worker:history",
  schema: historyDocumentSchema,
  maxBytes: MAX_HISTORY_BYTES,
};

/** Reads the JSON text of `worker:history`. Never throws. */
export function parseHistory(text: string): Parsed<"history", HistoryDocument> {
  const result = parseDocument(text, historyKind);
  return result.ok ? { ok: true, history: result.document as HistoryDocument } : result;
}
