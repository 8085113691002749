import type { Clock, Logger } from "@pulseboard/runtime";
import { toQueueError } from "./redis-failure.ts";

/** A worker tries again some times a second, and says the same each time. */
const REPEAT_MS = 60_000;
/** Told elsewhere, once: that the connection is gone, and that a run is no longer ours. */
const TOLD_ELSEWHERE = new Set(["queue_unreachable"]);
const LOST_RUN = /could not renew lock|Missing (lock|key) for job|Lock mismatch for job/;

/** A listener for a worker's errors that makes one log line of the same error, at most once a minute. */
export function createWorkerErrorLog(log: Logger, clock: Clock): (error: unknown) => void {
  let last = { message: "", atMs: Number.NEGATIVE_INFINITY };
  return (error) => {
    const err = toQueueError(error);
    const nowMs = clock.monotonicMs();
    const lost = error instanceof Error && LOST_RUN.test(error.message);
    if (lost || TOLD_ELSEWHERE.has(err.code)) {
      return log.debug({ err }, "Refresh worker");
    }
    if (err.message === last.message && nowMs - last.atMs < REPEAT_MS) {
      return;
    }
    last = { message: err.message, atMs: nowMs };
    log.warn({ err }, "Refresh worker has trouble with Redis");
  };
}
