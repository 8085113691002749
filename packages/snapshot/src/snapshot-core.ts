import type { z } from "zod";
import type { scoredSymbolCoreSchema } from "./confluence-score.ts";
import type { DeepReadonly } from "./deep-readonly.ts";
import type { marketBreadthCoreSchema, marketOverviewCoreSchema } from "./market-overview.ts";
import type { Missing } from "./missing-reason.ts";
import type { perpsCoreSchema } from "./perps.ts";
import type { sectionsSchema } from "./sections.ts";
import type { MoverCore } from "./top-movers.ts";

export type Sections = DeepReadonly<z.infer<typeof sectionsSchema>>;
export type MarketOverviewCore = Readonly<z.infer<typeof marketOverviewCoreSchema>>;
export type MarketBreadthCore = Readonly<z.infer<typeof marketBreadthCoreSchema>>;
export type PerpsCore = Readonly<z.infer<typeof perpsCoreSchema>>;
/** A symbol whose score is known; one that could not be scored is only counted in `sections.scores`. */
export type ScoredSymbolCore = DeepReadonly<z.infer<typeof scoredSymbolCoreSchema>>;

/**
 * What one refresh found out, each fact once and already rounded. Aliases, opportunities, selections and labels follow
 * from it (`buildSnapshot`, `buildSymbolsDocument`).
 */
export interface SnapshotCore {
  readonly sequence: number;
  readonly period_ms: number;
  readonly origin: string;
  readonly simulated: boolean;
  /** Unix ms. */
  readonly generated_at_ms: number;
  readonly sections: Sections;
  readonly market_overview: MarketOverviewCore;
  readonly market_breadth: MarketBreadthCore;
  /** All scored symbols, in any order. */
  readonly confluence_scores: readonly ScoredSymbolCore[];
  readonly top_movers: { readonly gainers: readonly MoverCore[]; readonly losers: readonly MoverCore[] };
  readonly perps: PerpsCore;
  /**
   * A reason for each null above by its dotted path: "market_overview.btc_dominance",
   * "confluence_scores.BTCUSDT.components.orderflow", "confluence_scores.BTCUSDT.technical_rating.4h.all", and for
   * "market_overview.market_regime" when that is UNKNOWN. Reasons for what is known are not used.
   */
  readonly missing: Missing;
}
