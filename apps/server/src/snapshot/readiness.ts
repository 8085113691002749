import type { Clock, ReadinessReason } from "@pulseboard/runtime";
import { type LoadedSnapshot, snapshotAgeMs, snapshotFreshness } from "./loaded-snapshot.ts";
import type { WorkerReason } from "./worker-watch.ts";

export interface ReadinessInput {
  /** The snapshot that is served; null while there is none. */
  readonly loaded: LoadedSnapshot | null;
  readonly unavailableStores: readonly string[];
  /** Problems that the rest of the process has found. */
  readonly others: readonly ReadinessReason[];
  readonly ofWorker: readonly WorkerReason[];
  readonly clock: Clock;
  readonly freshForMs: number | null;
}

/** The body of `/readyz`. */
export interface Readiness {
  readonly status: "ready" | "not_ready";
  /** Problems: "no_snapshot", "snapshot_stale", "section_stale:reference", "store_away:disk". */
  readonly degraded: readonly ReadinessReason[];
  /** When those end of which that is known, ISO 8601, by their name. */
  readonly until?: Readonly<Record<string, string>>;
  readonly sequence: number | null;
  /** Age of the snapshot, s; null when it cannot be known. */
  readonly age_s: number | null;
}

/** Ready as long as there is a snapshot to serve: old data that says so is better than none. */
export function readiness(input: ReadinessInput): Readiness {
  const { loaded, unavailableStores, others, ofWorker, clock, freshForMs } = input;
  const unavailable: readonly ReadinessReason[] = [
    ...unavailableStores.map((name) => `store_away:${name}` as const),
    ...ofWorker.map(({ code }) => code),
    ...others,
  ];
  const ends = ofWorker.flatMap(({ code, until }) => (until === null ? [] : [[code, until]]));
  const until = ends.length === 0 ? {} : { until: Object.fromEntries(ends) };
  if (loaded === null) {
    return { status: "not_ready", degraded: ["no_snapshot", ...unavailable], ...until, sequence: null, age_s: null };
  }
  const staleSections = Object.entries(loaded.snapshot.sections)
    .filter(([, section]) => section.stale)
    .map(([name]) => `section_stale:${name}` as const);
  const ageMs = snapshotAgeMs(loaded, clock);
  const isStale = snapshotFreshness(loaded, ageMs, freshForMs) === "stale";
  return {
    status: "ready",
    degraded: [...(isStale ? (["snapshot_stale"] as const) : []), ...staleSections, ...unavailable],
    ...until,
    sequence: loaded.snapshot.sequence,
    age_s: ageMs === null ? null : Math.floor(ageMs / 1000),
  };
}
