import type { Build, ReadinessReason } from "@pulseboard/runtime";
import type { Look } from "./reasons.ts";

/** The body of `/readyz`. */
export interface Readiness extends Build {
  readonly status: "ready" | "not_ready";
  /** Problems: "no_snapshot", "snapshot_stale", "section_stale:reference", "store_away:disk". */
  readonly degraded: readonly ReadinessReason[];
  /** When each of them began, ISO 8601, by its name. */
  readonly since: Readonly<Record<string, string>>;
  /** When those end of which that is known. */
  readonly until: Readonly<Record<string, string>>;
  readonly sequence: number | null;
  /** Age of the snapshot, s; null when it cannot be known. */
  readonly age_s: number | null;
}

/** Ready as long as there is a snapshot to serve: old data that says so is better than none. */
export function readiness({ loaded, ageMs, reasons }: Look, build: Build): Readiness {
  return {
    status: loaded === null ? "not_ready" : "ready",
    version: build.version,
    commit: build.commit,
    degraded: reasons.map(({ code }) => code),
    since: Object.fromEntries(reasons.map(({ code, since }) => [code, since])),
    until: Object.fromEntries(reasons.flatMap(({ code, until }) => (until === null ? [] : [[code, until]]))),
    sequence: loaded === null ? null : loaded.snapshot.sequence,
    age_s: ageMs === null ? null : Math.floor(ageMs / 1000),
  };
}
