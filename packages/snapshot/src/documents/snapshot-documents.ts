import type { AlertsDocument } from "./alerts-document.ts";
import type { AnalysisDocument } from "./analysis-document.ts";
import type { MobileSnapshot } from "./mobile-snapshot.ts";
import type { SymbolsDocument } from "./symbols-document.ts";

/** All documents of one refresh that readers are shown. */
export interface SnapshotDocuments {
  readonly snapshot: MobileSnapshot;
  readonly symbols: SymbolsDocument;
  /** By symbol. */
  readonly analyses: ReadonlyMap<string, AnalysisDocument>;
  /** Null when there are none to read, as in what was written before there were alerts. */
  readonly alerts: AlertsDocument | null;
}
