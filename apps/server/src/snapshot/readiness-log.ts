import { type Clock, type Logger, type ReadinessReason, sleepUnlessAborted } from "@pulseboard/runtime";
import type { Readiness } from "./readiness.ts";

interface Lines {
  readonly begins: string;
  readonly ends: string;
}

/** The reasons that only the server knows; whatever finds another one logs it. A name follows where the reason ends in a colon. */
const LINES: ReadonlyMap<string, Lines> = new Map([
  ["no_snapshot", { begins: "There is no snapshot to serve", ends: "There is a snapshot to serve" }],
  ["snapshot_stale", { begins: "The snapshot is stale", ends: "The snapshot is fresh again" }],
  [
    "section_stale:",
    { begins: "A section of the snapshot is stale", ends: "The section of the snapshot is fresh again" },
  ],
  ["worker_silent", { begins: "The worker is silent", ends: "The worker speaks again" }],
]);

function linesOf(reason: ReadinessReason): Lines | undefined {
  return LINES.get(reason) ?? LINES.get(reason.slice(0, reason.indexOf(":") + 1));
}

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
  const lasting = new Map<ReadinessReason, Lines>();

  const look = (): void => {
    const { degraded, sequence, age_s } = readiness();
    for (const reason of degraded) {
      const lines = linesOf(reason);
      if (lines !== undefined && !lasting.has(reason)) {
        lasting.set(reason, lines);
        log.warn({ degraded: reason, sequence, age_s }, lines.begins);
      }
    }
    for (const [reason, lines] of [...lasting]) {
      if (!degraded.includes(reason)) {
        lasting.delete(reason);
        log.info({ degraded: reason, sequence, age_s }, lines.ends);
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
