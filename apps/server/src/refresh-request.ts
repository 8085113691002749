import type { RefreshQueue } from "@pulseboard/refresh";
import type { Clock, Logger, Metrics, OutageLog } from "@pulseboard/runtime";

/** One process asks at most this often; the queue makes one run of what several processes ask. */
const ASK_AT_MOST_EVERY_MS = 5000;

export interface RefreshRequestOptions {
  readonly queue: RefreshQueue | null;
  readonly metrics?: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

/**
 * Creates the function that asks for a new snapshot. It returns at once: nobody who waits for an answer waits for
 * this. A queue that fails is logged once, until it works again.
 */
export function createRefreshRequest({ queue, metrics, clock, log, outages }: RefreshRequestOptions): () => void {
  if (queue === null) {
    return () => {};
  }
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let failing = false;

  const ask = async (): Promise<void> => {
    try {
      const { outcome, jobId } = await queue.enqueue("stale");
      log.debug({ outcome, jobId }, "Asked for a refresh");
      metrics?.enqueues.inc({ trigger: "stale", outcome });
      failing = false;
    } catch (err) {
      metrics?.enqueues.inc({ trigger: "stale", outcome: "failed" });
      if (!failing && !outages.isAway("redis")) {
        log.warn({ err }, "Could not ask for a refresh; the schedule goes on without it");
      }
      failing = true;
    }
  };

  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - askedAtMs < ASK_AT_MOST_EVERY_MS) {
      return;
    }
    askedAtMs = nowMs;
    void ask();
  };
}
