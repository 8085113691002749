import {
  QueueError,
  type RefreshConsumer,
  type RefreshHandler,
  type RefreshJob,
  type RefreshQueue,
  type RefreshReport,
  type RefreshTrigger,
} from "@pulseboard/refresh";
import { type Logger, type Metrics, type OutageLog, PulseboardError } from "@pulseboard/runtime";

export type RequestedRun = Pick<RefreshJob, "servedSequence" | "signal" | "progress">;

export interface RefreshRequestsOptions {
  readonly queue: RefreshQueue;
  readonly consume: (handler: RefreshHandler) => RefreshConsumer;
  /** Runs one refresh. Never called while another one of this process is under way. */
  readonly run: (run: RequestedRun) => Promise<RefreshReport>;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly outages: OutageLog;
}

export interface RefreshRequests {
  /** Requests a refresh and returns at once. */
  request(trigger: RefreshTrigger): void;
  /** Gives the refresh in flight `graceMs` to finish. */
  close(graceMs: number): Promise<void>;
}

/**
 * The worker's refreshes: through the queue as long as it can be reached, and without it while it is unavailable, one at a
 * time either way.
 */
export function createRefreshRequests(options: RefreshRequestsOptions): RefreshRequests {
  const { queue, consume, run, metrics, log, outages } = options;
  const closing = new AbortController();
  let underWay: Promise<unknown> | null = null;

  const runAlone = async (asked: RequestedRun): Promise<RefreshReport> => {
    // A run without the queue may be under way when the queue comes back with a job.
    while (underWay !== null) {
      await underWay;
    }
    const running = run(asked);
    underWay = running.then(
      () => undefined,
      () => undefined,
    );
    try {
      const report = await running;
      metrics.refreshes.inc({ outcome: "done" });
      return report;
    } catch (error) {
      metrics.refreshes.inc({ outcome: "failed" });
      metrics.refreshFailures.inc({ code: error instanceof PulseboardError ? error.code : "unexpected" });
      throw error;
    } finally {
      underWay = null;
    }
  };

  const runWithoutQueue = async (): Promise<void> => {
    if (underWay !== null || closing.signal.aborted) {
      return;
    }
    try {
      await runAlone({ servedSequence: 0, signal: closing.signal, progress: () => {} });
    } catch (err) {
      log.error({ err }, "Refresh failed");
    }
  };

  const request = async (trigger: RefreshTrigger): Promise<void> => {
    try {
      const { outcome } = await queue.enqueue(trigger);
      metrics.enqueues.inc({ trigger, outcome });
    } catch (err) {
      if (!(err instanceof QueueError)) {
        throw err;
      }
      if (closing.signal.aborted) {
        return;
      }
      metrics.enqueues.inc({ trigger, outcome: "failed" });
      log[outages.isUnavailable("redis") ? "debug" : "warn"]({ err }, "Refreshing without the queue");
      await runWithoutQueue();
    }
  };

  const consumer = consume(runAlone);
  return {
    request: (trigger) => void request(trigger),
    close: async (graceMs) => {
      await consumer.close(graceMs);
      closing.abort(new QueueError("The worker is closing", { code: "queue_closed", retryable: false }));
      await underWay;
    },
  };
}
