import type { Clock, ReadinessReason } from "@pulseboard/runtime";

export interface WorkerReason {
  readonly code: ReadinessReason;
  /** Unix ms. */
  readonly sinceMs: number;
  /** Unix ms; null while nobody knows. */
  readonly untilMs: number | null;
}

/** A reason of the worker before, when it began. */
export interface EarlierReason {
  readonly code: string;
  /** Unix ms. */
  readonly sinceMs: number;
}

/** Why the worker is degraded, as far as only the worker knows. Every part of it that finds such a thing reports it here. */
export interface WorkerReasons {
  /**
   * From now on, until `over` is called or `untilMs` (Unix ms) is there; a reason that holds already keeps its beginning. The wait
   * for the end is measured by the monotonic clock.
   */
  holds(code: ReadinessReason, untilMs?: number | null): void;
  /** Returns true if it held. */
  over(code: ReadinessReason): boolean;
  list(): readonly WorkerReason[];
  /** To be called when a refresh has succeeded: what was not found again by then is over, and begins anew when it comes back. */
  forgetEarlier(): void;
}

interface Held {
  readonly code: ReadinessReason;
  readonly sinceMs: number;
  /** Monotonic. */
  readonly endsMs: number | null;
}

/**
 * @param earlier - What the worker before this one said last: a restart ends no cause, so that one that is found again keeps its
 * beginning.
 */
export function createWorkerReasons(clock: Clock, earlier: readonly EarlierReason[] = []): WorkerReasons {
  const begun = new Map<string, number>();
  for (const { code, sinceMs } of earlier) {
    // The clock may have been set back since.
    if (sinceMs <= clock.nowMs()) {
      begun.set(code, sinceMs);
    }
  }
  const reasons = new Map<ReadinessReason, Held>();
  const dropEnded = (): void => {
    for (const { code, endsMs } of [...reasons.values()]) {
      if (endsMs !== null && endsMs <= clock.monotonicMs()) {
        reasons.delete(code);
      }
    }
  };
  return {
    holds: (code, untilMs = null) => {
      dropEnded();
      const sinceMs = reasons.get(code)?.sinceMs ?? begun.get(code) ?? clock.nowMs();
      const endsMs = untilMs === null ? null : clock.monotonicMs() + untilMs - clock.nowMs();
      reasons.set(code, { code, sinceMs, endsMs });
    },
    over: (code) => {
      begun.delete(code);
      return reasons.delete(code);
    },
    forgetEarlier: () => begun.clear(),
    list: () => {
      dropEnded();
      const nowMs = clock.monotonicMs();
      return [...reasons.values()].map(({ code, sinceMs, endsMs }) => ({
        code,
        sinceMs,
        untilMs: endsMs === null ? null : Math.round(clock.nowMs() + endsMs - nowMs),
      }));
    },
  };
}
