export {
  ALERTS_LIMIT,
  type Alert,
  type AlertsDocument,
  alertSchema,
  alertsDocumentSchema,
} from "./alerts-document.ts";
export { type AnalysisDocument, analysisDocumentSchema, RULE_SENTENCE_MAX_CHARS } from "./analysis-document.ts";
export { buildSnapshot, buildSymbolsDocument } from "./build-snapshot.ts";
export {
  COMPONENT_SENTENCE_MAX_CHARS,
  SCORE_HISTORY_LIMIT,
  SUMMARY_MAX_CHARS,
} from "./confluence-score.ts";
export { SCHEMA_VERSION } from "./envelope.ts";
export { exampleDocuments } from "./example/example-documents.ts";
export { type Explanation, explanation } from "./explanation.ts";
export { type Freshness, type FreshnessInput, freshness } from "./freshness.ts";
export { type HistoryDocument, historyDocumentSchema } from "./history-document.ts";
export { unixMsFromIso } from "./iso-time.ts";
export { type JsonSchema, type JsonSchemas, jsonSchemas } from "./json-schemas.ts";
export { ALERTS_KEY, analysisKey, HISTORY_KEY, SNAPSHOT_KEY, SYMBOLS_KEY } from "./keys.ts";
export { UNKNOWN_REGIME } from "./market-overview.ts";
export type { Missing, MissingReason } from "./missing-reason.ts";
export {
  CONFLUENCE_SCORES_LIMIT,
  type ConfluenceScore,
  type MobileSnapshot,
  mobileSnapshotSchema,
} from "./mobile-snapshot.ts";
export { parseAlerts, parseAnalysis, parseHistory, parseSnapshot, parseSymbols, type Refused } from "./parse.ts";
export type { Failure } from "./projections/body-head.ts";
export {
  type ConfluenceAnalysis,
  confluenceAnalysis,
  confluenceAnalysisError,
  confluenceAnalysisErrorSchema,
  confluenceAnalysisSchema,
  SYMBOL_NOT_SCORED,
} from "./projections/confluence-analysis.ts";
export { dashboardOverview } from "./projections/dashboard-overview.ts";
export {
  type ErrorBody,
  errorBody,
  type MarketOverviewErrorBody,
  marketOverviewErrorBody,
} from "./projections/error-body.ts";
export { marketMovers } from "./projections/market-movers.ts";
export { type MarketOverviewBody, marketOverview } from "./projections/market-overview-body.ts";
export { mobileData } from "./projections/mobile-data.ts";
export { perpetualsPulse } from "./projections/perpetuals-pulse.ts";
export { SNAPSHOT_ROUTES, type SnapshotRoute, SYMBOL_ROUTE_PATH } from "./projections/routes.ts";
export { type PageSnapshot, snapshotForPage } from "./projections/snapshot-for-page.ts";
export { symbolsBody } from "./projections/symbols-body.ts";
export {
  MAX_ALERTS_BYTES,
  MAX_ANALYSIS_BYTES,
  MAX_HISTORY_BYTES,
  MAX_SNAPSHOT_BYTES,
  MAX_SYMBOLS_BYTES,
} from "./sizes.ts";
export { SnapshotBuildError } from "./snapshot-build-error.ts";
export type {
  MarketBreadthCore,
  MarketOverviewCore,
  PerpsCore,
  ScoredSymbolCore,
  Sections,
  SnapshotCore,
} from "./snapshot-core.ts";
export type { SnapshotDocuments } from "./snapshot-documents.ts";
export { type LeanScore, type SymbolsDocument, symbolsDocumentSchema } from "./symbols-document.ts";
export { MOVERS_LIMIT, type MoverCore } from "./top-movers.ts";
