import { type Clock, type Logger, type ReadinessReason, sleepUnlessAborted } from "@pulseboard/runtime";
import type { Readiness } from "./readiness.ts";

/** The reasons that only the server knows; whatever finds another one logs it. */
const LINES = {
  no_snapshot: { begins: "There is no snapshot to serve", ends: "There is a snapshot to serve" },
  snapshot_stale: { begins: "The snapshot is stale", ends: "The snapshot is fresh again" },
  worker_silent: { begins: "The worker is silent", ends: "The worker speaks again" },
} as const satisfies { readonly [Reason in ReadinessReason]?: { readonly begins: string; readonly ends: string } };

type LoggedReason = keyof typeof LINES;
const LOGGED = Object.keys(LINES) as readonly LoggedReason[];

export interface ReadinessLogOptions {
  readonly readiness: () => Readiness;
  readonly durations: {
    /** Between two looks. Long enough for the first snapshot of a start, which is nothing to log. */
    readonly pollMs: number;
  };
  readonly clock: Clock;
  readonly log: Logger;
}

/** Logs one line when the server has nothing to serve, serves old data or hears nothing of the worker, and one when that ends. */
export function logReadiness({ readiness, durations, clock, log }: ReadinessLogOptions): { close(): void } {
  const closing = new AbortController();
  const lasting = new Set<LoggedReason>();

  const look = (): void => {
    const { degraded, sequence, age_s } = readiness();
    for (const reason of LOGGED) {
      const holds = degraded.includes(reason);
      if (holds && !lasting.has(reason)) {
        lasting.add(reason);
        log.warn({ degraded: reason, sequence, age_s }, LINES[reason].begins);
      } else if (!holds && lasting.delete(reason)) {
        log.info({ degraded: reason, sequence, age_s }, LINES[reason].ends);
      }
    }
  };
  const followUntilClosed = async (): Promise<void> => {
    while (await sleepUnlessAborted(clock, durations.pollMs, closing.signal)) {
      look();
    }
  };
  void followUntilClosed();
  return { close: () => closing.abort() };
}
