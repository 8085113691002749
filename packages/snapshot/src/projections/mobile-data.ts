import type { Freshness } from "../documents/freshness.ts";
import type { MobileSnapshot } from "../documents/mobile-snapshot.ts";
import { staleness } from "./body-head.ts";

/**
 * The body of `/api/dashboard/mobile-data`: the snapshot itself. When it has grown stale the data stays the same and
 * says so; `simulated` is another matter and survives.
 */
export function mobileData(snapshot: MobileSnapshot, freshness: Freshness): MobileSnapshot {
  return { ...snapshot, ...staleness(freshness) };
}
