import type { Clock, ReadinessReason } from "@pulseboard/runtime";

export interface WorkerReason {
  readonly code: ReadinessReason;
  /** Unix ms. */
  readonly sinceMs: number;
  /** Unix ms; null while nobody knows. */
  readonly untilMs: number | null;
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
}

interface Held {
  readonly code: ReadinessReason;
  readonly sinceMs: number;
  /** Monotonic. */
  readonly endsMs: number | null;
}

export function createWorkerReasons(clock: Clock): WorkerReasons {
  const reasons = new Map<ReadinessReason, Held>();
  return {
    holds: (code, untilMs = null) => {
      const sinceMs = reasons.get(code)?.sinceMs ?? clock.nowMs();
      const endsMs = untilMs === null ? null : clock.monotonicMs() + untilMs - clock.nowMs();
      reasons.set(code, { code, sinceMs, endsMs });
    },
    over: (code) => reasons.delete(code),
    list: () => {
      const nowMs = clock.monotonicMs();
      for (const { code, endsMs } of [...reasons.values()]) {
        if (endsMs !== null && endsMs <= nowMs) {
          reasons.delete(code);
        }
      }
      return [...reasons.values()].map(({ code, sinceMs, endsMs }) => ({
        code,
        sinceMs,
        untilMs: endsMs === null ? null : Math.round(clock.nowMs() + endsMs - nowMs),
      }));
    },
  };
}
