import type { Clock, ReadinessReason } from "@pulseboard/runtime";
import { type HeldSnapshot, snapshotAgeMs, snapshotFreshness } from "./held-snapshot.ts";

export interface ReadinessInput {
  readonly held: HeldSnapshot | null;
  readonly storesAway: readonly string[];
  /** What the process around the server has found. */
  readonly others: readonly ReadinessReason[];
  readonly clock: Clock;
  readonly freshForMs: number | null;
}

/** The body of `/readyz`. */
export interface Readiness {
  readonly status: "ready" | "not_ready";
  /** What is not as it should be: "no_snapshot", "snapshot_stale", "section_stale:reference", "store_away:disk". */
  readonly degraded: readonly ReadinessReason[];
  readonly sequence: number | null;
  /** Age of the snapshot, s. */
  readonly age_s: number | null;
}

/** Ready as long as there is anything to serve: old data that says so is better than none. */
export function readiness({ held, storesAway, others, clock, freshForMs }: ReadinessInput): Readiness {
  const away: readonly ReadinessReason[] = [...storesAway.map((name) => `store_away:${name}` as const), ...others];
  if (held === null) {
    return { status: "not_ready", degraded: ["no_snapshot", ...away], sequence: null, age_s: null };
  }
  const staleSections = Object.entries(held.snapshot.sections)
    .filter(([, section]) => section.stale)
    .map(([name]) => `section_stale:${name}` as const);
  const ageMs = snapshotAgeMs(held, clock);
  const isStale = snapshotFreshness(held, ageMs, freshForMs) === "stale";
  return {
    status: "ready",
    degraded: [...(isStale ? (["snapshot_stale"] as const) : []), ...staleSections, ...away],
    sequence: held.snapshot.sequence,
    age_s: Math.floor(ageMs / 1000),
  };
}
