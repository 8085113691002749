import { z } from "zod";
import type { Freshness } from "../documents/freshness.ts";
import { marketBreadthSchema, marketOverviewSchema } from "../documents/market-overview.ts";
import { withPrefix } from "../documents/missing-paths.ts";
import type { MobileSnapshot } from "../documents/mobile-snapshot.ts";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { missingSchema } from "../shared/missing-reason.ts";
import { headOf, headShape } from "./body-head.ts";

/** The body of `/api/market/overview` and `/api/dashboard/market-overview`. */
export const marketOverviewBodySchema = z.object({
  ...headShape,
  ...marketOverviewSchema.shape,
  breadth: marketBreadthSchema,
  /** "btc_dominance" and "breadth.sentiment" -> reason. */
  missing: missingSchema,
});

export type MarketOverviewBody = DeepReadonly<z.infer<typeof marketOverviewBodySchema>>;

/** The overview's fields at top level, with the breadth of the same refresh. */
export function marketOverview(snapshot: MobileSnapshot, freshness: Freshness): MarketOverviewBody {
  const { market_overview, market_breadth, missing } = snapshot;
  return {
    ...headOf(snapshot, freshness),
    ...market_overview,
    breadth: market_breadth,
    missing: {
      ...withPrefix(missing, "market_overview.", ""),
      ...withPrefix(missing, "market_breadth.", "breadth."),
    },
  };
}
