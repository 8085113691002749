import {
  MAX_ALERTS_BYTES,
  MAX_ANALYSIS_BYTES,
  MAX_DAYS_BYTES,
  MAX_HISTORY_BYTES,
  MAX_RECORD_BYTES,
  MAX_SNAPSHOT_BYTES,
  MAX_SYMBOL_HISTORY_BYTES,
  MAX_SYMBOLS_BYTES,
} from "../shared/sizes.ts";
import { type AlertsDocument, alertsDocumentSchema } from "./alerts-document.ts";
import { type AnalysisDocument, analysisDocumentSchema } from "./analysis-document.ts";
import { type DaysDocument, daysDocumentSchema } from "./days-document.ts";
import { type HistoryDocument, historyDocumentSchema } from "./history-document.ts";
import { type MobileSnapshot, mobileSnapshotSchema } from "./mobile-snapshot.ts";
import { type DocumentKind, firstVersion, parseDocument, type Refused } from "./parse-document.ts";
import { type RecordDocument, recordDocumentSchema } from "./record-document.ts";
import { type SymbolHistory, symbolHistorySchema } from "./symbol-history-document.ts";
import { type SymbolsDocument, symbolsDocumentSchema } from "./symbols-document.ts";

/** A document of the current schema version (migrated, if it was of the previous one), or the reason to refuse it. */
type Parsed<Name extends string, Document> = ({ readonly ok: true } & { readonly [Key in Name]: Document }) | Refused;

/**
 * Creates the reader of one kind of document. From JSON text it returns the document under `key`, or the problem; it
 * never throws.
 */
function createReader<Key extends string, Document>(
  key: Key,
  kind: Pick<DocumentKind, "name" | "schema" | "maxBytes">,
): (text: string) => Parsed<Key, Document> {
  return (text) => {
    const result = parseDocument(text, { ...firstVersion, ...kind });
    return result.ok ? ({ ok: true, [key]: result.document } as Parsed<Key, Document>) : result;
  };
}

/** Reads the JSON text of `mobile:snapshot`. Never throws. */
export const parseSnapshot = createReader<"snapshot", MobileSnapshot>("snapshot", {
  name: "mobile:snapshot",
  schema: mobileSnapshotSchema,
  maxBytes: MAX_SNAPSHOT_BYTES,
});

/** Reads the JSON text of `mobile:symbols`. Never throws. */
export const parseSymbols = createReader<"symbols", SymbolsDocument>("symbols", {
  name: "mobile:symbols",
  schema: symbolsDocumentSchema,
  maxBytes: MAX_SYMBOLS_BYTES,
});

/** Reads the JSON text of one `mobile:analysis:SYMBOL`. Never throws. */
export const parseAnalysis = createReader<"analysis", AnalysisDocument>("analysis", {
  name: "mobile:analysis",
  schema: analysisDocumentSchema,
  maxBytes: MAX_ANALYSIS_BYTES,
});

/** Reads the JSON text of `mobile:alerts`. Never throws. */
export const parseAlerts = createReader<"alerts", AlertsDocument>("alerts", {
  name: "mobile:alerts",
  schema: alertsDocumentSchema,
  maxBytes: MAX_ALERTS_BYTES,
});

/** Reads the JSON text of `worker:history`. Never throws. */
export const parseHistory = createReader<"history", HistoryDocument>("history", {
  name: "worker:history",
  schema: historyDocumentSchema,
  maxBytes: MAX_HISTORY_BYTES,
});

/** Reads the JSON text of `mobile:days`. Never throws. */
export const parseDays = createReader<"days", DaysDocument>("days", {
  name: "mobile:days",
  schema: daysDocumentSchema,
  maxBytes: MAX_DAYS_BYTES,
});

/** Reads the JSON text of one `mobile:history:SYMBOL`. Never throws. */
export const parseSymbolHistory = createReader<"history", SymbolHistory>("history", {
  name: "mobile:history",
  schema: symbolHistorySchema,
  maxBytes: MAX_SYMBOL_HISTORY_BYTES,
});

/** Reads the JSON text of `mobile:record`. Never throws. */
export const parseRecord = createReader<"record", RecordDocument>("record", {
  name: "mobile:record",
  schema: recordDocumentSchema,
  maxBytes: MAX_RECORD_BYTES,
});
