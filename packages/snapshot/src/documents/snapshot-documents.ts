import type { AlertsDocument } from "./alerts-document.ts";
import type { AnalysisDocument } from "./analysis-document.ts";
import type { MobileSnapshot } from "./mobile-snapshot.ts";
import type { SymbolsDocument } from "./symbols-document.ts";

/** All public documents of one refresh. */
export interface SnapshotDocuments {
  readonly snapshot: MobileSnapshot;
  readonly symbols: SymbolsDocument;
  /** By symbol. */
  readonly analyses: ReadonlyMap<string, AnalysisDocument>;
  /** Null when they cannot be read. */
  readonly alerts: AlertsDocument | null;
}
