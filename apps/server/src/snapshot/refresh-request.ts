import type { RefreshQueue } from "@pulseboard/refresh";
import type { Clock, Logger, Metrics, OutageLog } from "@pulseboard/runtime";

export interface RefreshRequestDurations {
  /** The least time between two requests of one process; the queue makes one run of the requests of several processes. */
  readonly refreshRequestMs: number;
}

export interface RefreshRequestOptions {
  /** Null where there is no queue. */
  readonly queue: RefreshQueue | null;
  /** The sequence that is served; 0 without one. */
  readonly servedSequence: () => number;
  readonly metrics?: Metrics | undefined;
  readonly durations: RefreshRequestDurations;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

const QUEUE = "refresh queue";

/** Creates the function that asks for a new snapshot. It returns at once, so that no response waits for the queue. */
export function createRefreshRequest(options: RefreshRequestOptions): () => void {
  const { queue, servedSequence, metrics, durations, clock, log, outages } = options;
  if (queue === null) {
    return () => {};
  }
  let requestedAtMs = Number.NEGATIVE_INFINITY;

  const request = async (): Promise<void> => {
    try {
      const { outcome, jobId } = await queue.enqueue("stale", servedSequence());
      log.debug({ outcome, jobId }, "Asked for a refresh");
      metrics?.enqueues.inc({ trigger: "stale", outcome });
      outages.works(QUEUE);
    } catch (thrown) {
      metrics?.enqueues.inc({ trigger: "stale", outcome: "failed" });
      // An outage of Redis, where the queue is, has its own line in the log.
      if (!outages.isUnavailable("redis")) {
        outages.failed(QUEUE, thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    }
  };

  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - requestedAtMs >= durations.refreshRequestMs) {
      requestedAtMs = nowMs;
      void request();
    }
  };
}
