export {
  ALERTS_LIMIT,
  type Alert,
  type AlertsDocument,
  alertsDocumentSchema,
} from "./documents/alerts-document.ts";
export {
  type AnalysisDocument,
  analysisDocumentSchema,
} from "./documents/analysis-document.ts";
export { buildSnapshot, snapshotSteps } from "./documents/build-snapshot.ts";
export { buildSymbolsDocument, symbolsSteps } from "./documents/build-symbols.ts";
export { DAY, type DaysDocument, dayOfSymbolSchema } from "./documents/days-document.ts";
export { type Freshness, freshness, freshUntilMs } from "./documents/freshness.ts";
export { type HistoryDocument, historyDocumentSchema } from "./documents/history-document.ts";
export {
  ALERTS_KEY,
  analysisKey,
  DAYS_KEY,
  HISTORY_KEY,
  historyKey,
  RECORD_KEY,
  SNAPSHOT_KEY,
  SYMBOLS_KEY,
  WORKER_STATE_KEY,
} from "./documents/keys.ts";
export { UNKNOWN_REGIME } from "./documents/market-overview.ts";
export type {
  ConfluenceScore,
  MobileSnapshot,
} from "./documents/mobile-snapshot.ts";
export { OUTLOOK_COLLECTING, type OutlookGates } from "./documents/outlook.ts";
export {
  parseAlerts,
  parseAnalysis,
  parseHistory,
  parseRecord,
  parseSnapshot,
  parseSymbols,
} from "./documents/parse.ts";
export { type RecordDocument, recordDocumentSchema } from "./documents/record-document.ts";
export { type AnalysisFields, type RowFields, rowFieldsOf, rowFromAnalysis } from "./documents/row-from-analysis.ts";
export { SnapshotBuildError } from "./documents/snapshot-build-error.ts";
export type { SnapshotDocuments } from "./documents/snapshot-documents.ts";
export type {
  MarketBreadthFields,
  MarketOverviewFields,
  PerpsFields,
  SnapshotFields,
} from "./documents/snapshot-fields.ts";
export type { StaleReason } from "./documents/stale-reason.ts";
export {
  HISTORY_SPANS,
  type HistorySpan,
  type SymbolHistory,
  symbolHistorySchema,
} from "./documents/symbol-history-document.ts";
export type { LeanScore, SymbolsDocument } from "./documents/symbols-document.ts";
export { MOVERS_LIMIT, type MoverFields } from "./documents/top-movers.ts";
export {
  parseWorkerState,
  type WorkerStateParts,
  workerStateSchema,
} from "./documents/worker-state-document.ts";
export { formatWorkerStatus, parseWorkerStatus, type WorkerStatus } from "./documents/worker-status.ts";
export { exampleDocuments } from "./example/example-documents.ts";
export { legacyTexts } from "./legacy/legacy-texts.ts";
export { withStaleReason } from "./projections/body-head.ts";
export {
  type ConfluenceAnalysis,
  confluenceAnalysis,
  confluenceAnalysisError,
  confluenceAnalysisErrorSchema,
  confluenceAnalysisSchema,
  SYMBOL_NOT_SCORED,
} from "./projections/confluence-analysis.ts";
export {
  type ErrorBody,
  errorBody,
} from "./projections/error-body.ts";
export {
  HISTORY_ROUTES,
  HISTORY_WARMING,
  type HistoryRoute,
  historyBody,
  historyError,
  historyErrorSchema,
} from "./projections/history-routes.ts";
export { type JsonSchemas, jsonSchemas } from "./projections/json-schemas.ts";
export { SNAPSHOT_ROUTES, type SnapshotRoute, SYMBOL_ROUTE_PATH } from "./projections/routes.ts";
export { type PageSnapshot, snapshotForPage } from "./projections/snapshot-for-page.ts";
export { analysisInShort, symbolsBody } from "./projections/symbols-body.ts";
export { SCHEMA_VERSION } from "./shared/envelope.ts";
export { isoFromUnixMs, unixMsFromIso } from "./shared/iso-time.ts";
export { methodVersionOf } from "./shared/method-version.ts";
export type { Missing, MissingReason } from "./shared/missing-reason.ts";
export {
  MAX_ALERTS_BYTES,
  MAX_ANALYSIS_BYTES,
  MAX_DAYS_BYTES,
  MAX_HISTORY_BYTES,
  MAX_SNAPSHOT_BYTES,
  MAX_SYMBOL_HISTORY_BYTES,
  MAX_SYMBOLS_BYTES,
  MAX_WORKER_STATE_BYTES,
} from "./shared/sizes.ts";
export { finish, type Steps } from "./shared/steps.ts";
