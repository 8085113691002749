import type { QueueState } from "@pulseboard/refresh";
import type { Check } from "../operator/checks.ts";
import { failed, ok, warning } from "./verdicts.ts";
import { count, duration } from "./words.ts";

/** One run waits at most; a worker takes it within a moment, or after the one that runs. */
const WAITS_LONG_PERIODS = 2;
const WAITS_LONG_LEAST_MS = 30_000;

/** Whether the refresh queue runs what it is given. */
export function judgeQueue(state: QueueState, periodMs: number, nowMs: number): readonly Check[] {
  const { waiting, active, delayed, failed: given, isPaused, oldestWaitingMs } = state;
  const depth = `${waiting} waiting, ${active} running, ${delayed} delayed, ${given} of the last 50 failed`;
  const waitsMs = oldestWaitingMs === null ? 0 : nowMs - oldestWaitingMs;
  const isLong = waitsMs > Math.max(WAITS_LONG_LEAST_MS, WAITS_LONG_PERIODS * periodMs);
  const paused = failed("queue", {
    seen: `paused; ${depth}`,
    cure: "Resume it on the board (/admin/queue); the worker refreshes by its schedule meanwhile.",
  });
  const slow = failed("queue", {
    seen: `a run waits for ${duration(waitsMs)}; ${depth}`,
    cure: "Start the worker; if it runs, its log says why it takes none.",
  });
  if (isPaused) {
    return [paused, ...judgeWorkers(state)];
  }
  return [isLong ? slow : ok("queue", depth), ...judgeWorkers(state)];
}

function judgeWorkers({ workers }: QueueState): readonly Check[] {
  const name = "workers of the queue";
  if (workers === null || workers.length === 0) {
    return [];
  }
  return workers.length === 1
    ? [ok(name, workers.join())]
    : [
        warning(name, {
          seen: `${count(workers.length, "worker")}: ${workers.join(", ")}`,
          expected: "one",
          cure: "End the one that is too many, or give its installation another KEY_PREFIX.",
        }),
      ];
}
