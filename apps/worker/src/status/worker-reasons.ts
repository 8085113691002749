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
  /** From now on, until `over` is called; a reason that holds already keeps its beginning. `untilMs` is only told to readers. */
  holds(code: ReadinessReason, untilMs?: number | null): void;
  over(code: ReadinessReason): void;
  list(): readonly WorkerReason[];
}

export function createWorkerReasons(clock: Clock): WorkerReasons {
  const reasons = new Map<ReadinessReason, WorkerReason>();
  return {
    holds: (code, untilMs = null) => {
      const sinceMs = reasons.get(code)?.sinceMs ?? clock.nowMs();
      reasons.set(code, { code, sinceMs, untilMs });
    },
    over: (code) => void reasons.delete(code),
    list: () => [...reasons.values()],
  };
}
