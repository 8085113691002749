import type { Freshness } from "../freshness.ts";
import { withPrefix } from "../missing-paths.ts";
import type { Missing } from "../missing-reason.ts";
import type { MobileSnapshot } from "../mobile-snapshot.ts";
import { staleness } from "./mobile-data.ts";

/** The body of `/api/market/overview`. */
export type MarketOverviewBody = MobileSnapshot["market_overview"] &
  Pick<MobileSnapshot, "status" | "sequence" | "origin" | "simulated" | "timestamp" | "data_source" | "stale"> & {
    readonly breadth: MobileSnapshot["market_breadth"];
    /** "btc_dominance" and "breadth.sentiment" -> reason. */
    readonly missing: Missing;
  };

/** The overview's fields at top level, with the breadth of the same refresh. */
export function marketOverview(snapshot: MobileSnapshot, freshness: Freshness): MarketOverviewBody {
  const { status, sequence, origin, simulated, timestamp, market_overview, market_breadth, missing } = snapshot;
  return {
    status,
    sequence,
    origin,
    simulated,
    ...market_overview,
    breadth: market_breadth,
    timestamp,
    ...staleness(freshness),
    missing: {
      ...withPrefix(missing, "market_overview.", ""),
      ...withPrefix(missing, "market_breadth.", "breadth."),
    },
  };
}
