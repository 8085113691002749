import type { Freshness } from "../documents/freshness.ts";
import { type MobileSnapshot, mobileSnapshotSchema } from "../documents/mobile-snapshot.ts";
import { staleReasonField } from "../documents/stale-reason.ts";
import { staleness } from "./body-head.ts";

/** The body of `/api/dashboard/mobile-data`. */
export const mobileDataSchema = mobileSnapshotSchema.safeExtend({ stale_reason: staleReasonField });

/**
 * The body of `/api/dashboard/mobile-data`: the snapshot itself. A stale one has the same data and says that it is stale;
 * `simulated` does not change.
 */
export function mobileData(snapshot: MobileSnapshot, freshness: Freshness): MobileSnapshot {
  return { ...snapshot, ...staleness(freshness) };
}
