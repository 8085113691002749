import type { Freshness } from "../freshness.ts";
import type { MobileSnapshot } from "../mobile-snapshot.ts";

/**
 * The body of `/api/dashboard/mobile-data`: the snapshot itself. When it has grown stale the data stays the same and
 * says so; `simulated` is another matter and survives.
 */
export function mobileData(snapshot: MobileSnapshot, freshness: Freshness): MobileSnapshot {
  return { ...snapshot, ...staleness(freshness) };
}

/** What every body says about its own age. */
export function staleness(freshness: Freshness): Pick<MobileSnapshot, "stale" | "data_source"> {
  return freshness === "fresh" ? { stale: false, data_source: "live" } : { stale: true, data_source: "stale" };
}
