import type { Clock, ReadinessReason } from "@pulseboard/runtime";
import { isoFromUnixMs } from "@pulseboard/snapshot";
import { type LoadedSnapshot, snapshotAgeMs, snapshotFreshness, staleFromMs } from "./loaded-snapshot.ts";

/** One thing that is wrong: an entry of `/readyz`. */
export interface Reason {
  readonly code: ReadinessReason;
  /** When it began, ISO 8601; if that is not known, when it was first noticed here. */
  readonly since: string;
  /** When it ends, ISO 8601; null while nobody knows. */
  readonly until: string | null;
}

export interface ReasonsOptions {
  /** The snapshot that is served; null while there is none. */
  readonly loaded: () => LoadedSnapshot | null;
  readonly unavailableStores: () => readonly string[];
  /** Problems that the rest of the process has found. */
  readonly others: () => readonly ReadinessReason[];
  readonly ofWorker: () => readonly Reason[];
  /** How long a snapshot counts as fresh, ms; null for three of its periods. */
  readonly freshForMs: number | null;
  readonly clock: Clock;
}

/** What is served, and all that is wrong, at one moment: an age that is asked for twice can be fresh first and stale then. */
export interface Look {
  /** The snapshot that is served; null while there is none. */
  readonly loaded: LoadedSnapshot | null;
  /** Its age, ms; null when it cannot be known. */
  readonly ageMs: number | null;
  readonly reasons: readonly Reason[];
}

/** Knows everything that is wrong, and since when. */
export interface Reasons {
  /** All that is wrong now, and the snapshot that this is said of. */
  look(): Look;
  /** All that is wrong now. What began unnoticed is dated by the first look at it, so look from time to time. */
  list(): readonly Reason[];
}

/** What the server finds by itself: with its beginning, Unix ms, where that can be told. */
interface Finding {
  readonly code: ReadinessReason;
  readonly sinceMs?: number | undefined;
}

export function createReasons(options: ReasonsOptions): Reasons {
  const { loaded, unavailableStores, others, ofWorker, freshForMs, clock } = options;
  /** When what the server finds by itself began. The worker knows that of its own reasons. */
  const begun = new Map<ReadinessReason, string>();

  const dated = (findings: readonly Finding[]): readonly Reason[] => {
    for (const code of [...begun.keys()]) {
      if (!findings.some((finding) => finding.code === code)) {
        begun.delete(code);
      }
    }
    return findings.map(({ code, sinceMs = clock.nowMs() }) => {
      const since = begun.get(code) ?? isoFromUnixMs(Math.round(sinceMs));
      begun.set(code, since);
      return { code, since, until: null };
    });
  };

  const ofSnapshot = (served: LoadedSnapshot | null, ageMs: number | null): readonly Finding[] => {
    if (served === null) {
      return [{ code: "no_snapshot" }];
    }
    const isStale = snapshotFreshness(served, ageMs, freshForMs) === "stale";
    // Of a snapshot of unknown age nobody can say when it grew old.
    const sinceMs = ageMs === null ? undefined : staleFromMs(served, freshForMs);
    const staleSections = Object.entries(served.snapshot.sections)
      .filter(([, section]) => section.stale)
      .map(([name]): Finding => ({ code: `section_stale:${name}`, sinceMs: served.generatedAtMs }));
    return [...(isStale ? [{ code: "snapshot_stale", sinceMs } as const] : []), ...staleSections];
  };

  const look = (): Look => {
    const served = loaded();
    const ageMs = served === null ? null : snapshotAgeMs(served, clock);
    const away = unavailableStores().map((name): Finding => ({ code: `store_away:${name}` }));
    const own = dated([...ofSnapshot(served, ageMs), ...away, ...others().map((code) => ({ code }))]);
    return { loaded: served, ageMs, reasons: [...own, ...ofWorker()] };
  };
  return { look, list: () => look().reasons };
}
