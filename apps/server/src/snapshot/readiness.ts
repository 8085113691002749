import type { Clock, ReadinessReason } from "@pulseboard/runtime";
import { type LoadedSnapshot, snapshotAgeMs, snapshotFreshness } from "./loaded-snapshot.ts";

export interface ReadinessInput {
  /** The snapshot that is served; null while there is none. */
  readonly loaded: LoadedSnapshot | null;
  readonly unavailableStores: readonly string[];
  /** Problems that the rest of the process has found. */
  readonly others: readonly ReadinessReason[];
  readonly clock: Clock;
  readonly freshForMs: number | null;
}

/** The body of `/readyz`. */
export interface Readiness {
  readonly status: "ready" | "not_ready";
  /** Problems: "no_snapshot", "snapshot_stale", "section_stale:reference", "store_away:disk". */
  readonly degraded: readonly ReadinessReason[];
  readonly sequence: number | null;
  /** Age of the snapshot, s; null when it cannot be known. */
  readonly age_s: number | null;
}

/** Ready as long as there is a snapshot to serve: old data that says so is better than none. */
export function readiness({ loaded, unavailableStores, others, clock, freshForMs }: ReadinessInput): Readiness {
  const unavailable: readonly ReadinessReason[] = [
    ...unavailableStores.map((name) => `store_away:${name}` as const),
    ...others,
  ];
  if (loaded === null) {
    return { status: "not_ready", degraded: ["no_snapshot", ...unavailable], sequence: null, age_s: null };
  }
  const staleSections = Object.entries(loaded.snapshot.sections)
    .filter(([, section]) => section.stale)
    .map(([name]) => `section_stale:${name}` as const);
  const ageMs = snapshotAgeMs(loaded, clock);
  const isStale = snapshotFreshness(loaded, ageMs, freshForMs) === "stale";
  return {
    status: "ready",
    degraded: [...(isStale ? (["snapshot_stale"] as const) : []), ...staleSections, ...unavailable],
    sequence: loaded.snapshot.sequence,
    age_s: ageMs === null ? null : Math.floor(ageMs / 1000),
  };
}
