import {
  type AnalysisDocument,
  errorBody,
  type Freshness,
  type MobileSnapshot,
  marketOverview,
  marketOverviewErrorBody,
  mobileData,
  type SymbolsDocument,
  snapshotForPage,
} from "@pulseboard/snapshot";

/** What bodies are made of; all of one refresh. */
export interface BodySource {
  readonly snapshot: MobileSnapshot;
  readonly symbols: SymbolsDocument;
}

/** A body that is made once per snapshot, and where it is found. */
export interface BodyRoute {
  readonly paths: readonly string[];
  readonly project: (source: BodySource, freshness: Freshness) => unknown;
  /** What is answered while there is no snapshot. */
  readonly withoutSnapshot: (startedAtMs: number, code: string, message: string) => unknown;
}

/** A body for each scored symbol, found under `prefix` and the symbol. */
export interface SymbolBodyRoute {
  readonly prefix: string;
  readonly project: (analysis: AnalysisDocument, source: BodySource, freshness: Freshness) => unknown;
}

/** Every route whose answer is made of a snapshot. */
export const BODY_ROUTES: readonly BodyRoute[] = [
  {
    paths: ["/api/dashboard/mobile-data"],
    project: ({ snapshot }, freshness) => mobileData(snapshot, freshness),
    withoutSnapshot: errorBody,
  },
  {
    paths: ["/api/snapshot"],
    project: ({ snapshot, symbols }, freshness) => snapshotForPage(snapshot, symbols, freshness),
    withoutSnapshot: errorBody,
  },
  {
    paths: ["/api/market/overview", "/api/dashboard/market-overview"],
    project: ({ snapshot }, freshness) => marketOverview(snapshot, freshness),
    withoutSnapshot: marketOverviewErrorBody,
  },
];

/** Every route whose answer is made of the analysis of one symbol. */
export const SYMBOL_BODY_ROUTES: readonly SymbolBodyRoute[] = [
  { prefix: "/api/dashboard/confluence-analysis/", project: (analysis) => analysis },
];
