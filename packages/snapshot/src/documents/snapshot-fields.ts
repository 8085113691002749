import type { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import type { Missing } from "../shared/missing-reason.ts";
import type { marketBreadthFieldsSchema, marketOverviewFieldsSchema } from "./market-overview.ts";
import type { ConfluenceScore } from "./mobile-snapshot.ts";
import type { OutlookGates } from "./outlook.ts";
import type { perpsFieldsSchema } from "./perps.ts";
import type { sectionsSchema } from "./sections.ts";
import type { MoverFields } from "./top-movers.ts";

type Sections = DeepReadonly<z.infer<typeof sectionsSchema>>;
export type MarketOverviewFields = Readonly<z.infer<typeof marketOverviewFieldsSchema>>;
export type MarketBreadthFields = Readonly<z.infer<typeof marketBreadthFieldsSchema>>;
export type PerpsFields = Readonly<z.infer<typeof perpsFieldsSchema>>;

/**
 * The fields of one refresh, already rounded. `buildSnapshot` and `buildSymbolsDocument` add everything that follows
 * from them: aliases, opportunities, selections and labels.
 */
export interface SnapshotFields {
  /** Of the method that gave the scores. */
  readonly method_version: number;
  readonly sequence: number;
  readonly period_ms: number;
  readonly origin: string;
  readonly simulated: boolean;
  /** Unix ms. */
  readonly generated_at_ms: number;
  readonly sections: Sections;
  readonly market_overview: MarketOverviewFields;
  readonly market_breadth: MarketBreadthFields;
  /** All scored symbols, in any order; one that could not be scored is only counted in `sections.scores`. */
  readonly confluence_scores: readonly ConfluenceScore[];
  readonly top_movers: { readonly gainers: readonly MoverFields[]; readonly losers: readonly MoverFields[] };
  readonly perps: PerpsFields;
  readonly outlook_gates: OutlookGates;
  /**
   * A reason for each null above by its dotted path: "market_overview.btc_dominance",
   * "confluence_scores.BTCUSDT.components.orderflow", "confluence_scores.BTCUSDT.technical_rating.4h.all", and for
   * "market_overview.market_regime" when that is UNKNOWN. Reasons for known figures are ignored.
   */
  readonly missing: Missing;
}
