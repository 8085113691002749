import { type EnqueueOutcome, QueueError } from "@pulseboard/refresh";
import type { Clock, OutageLog } from "@pulseboard/runtime";
import type { WorkerReasons } from "./status/worker-reasons.ts";

export interface QueueSilenceOptions {
  /** After which a refresh that still waits shows that the queue runs none, ms. */
  readonly silentQueueMs: number;
  /** Told of the silence, "queue_silent". */
  readonly reasons: Pick<WorkerReasons, "holds" | "over">;
  readonly clock: Clock;
  readonly outages: OutageLog;
}

/**
 * Finds out that the queue takes jobs and no worker runs any, as nobody may wait for them or somebody has paused the queue; or that
 * it is damaged and takes none.
 */
export interface QueueSilence {
  /** Takes note of how the queue took a request; true if it runs none. */
  isSilent(request: EnqueueOutcome): boolean;
  /** To be called with the error of a request that failed. An outage of Redis, where the queue is, is none of the queue's own. */
  failed(error: QueueError): void;
  /** To be called when the queue runs a refresh here. One that another worker runs shows at the next request. */
  over(): void;
}

/** The name of the queue in the outage log. */
const QUEUE = "refresh queue";

export function createQueueSilence({ silentQueueMs, reasons, clock, outages }: QueueSilenceOptions): QueueSilence {
  /** The refresh that waits, and since when it was seen waiting, monotonic. */
  let waiting: { readonly jobId: string; readonly sinceMs: number } | null = null;

  const over = (): void => {
    waiting = null;
    reasons.over("queue_silent");
    outages.works(QUEUE);
  };

  const failed = (error: QueueError): void => {
    waiting = null;
    if (!outages.isUnavailable("redis")) {
      reasons.holds("queue_silent");
      outages.failed(QUEUE, error);
    }
  };

  return {
    failed,
    isSilent: (request) => {
      const nowMs = clock.monotonicMs();
      const { jobId } = request;
      if (request.outcome === "joined" && request.state === "active") {
        over();
        return false;
      }
      if (waiting?.jobId !== jobId) {
        // Whatever waited before has been run, here or by another worker.
        over();
        waiting = { jobId, sinceMs: nowMs };
        return false;
      }
      const waitedMs = nowMs - waiting.sinceMs;
      if (waitedMs < silentQueueMs) {
        return false;
      }
      reasons.holds("queue_silent");
      outages.failed(QUEUE, silent(jobId, waitedMs));
      return true;
    },
    over,
  };
}

function silent(jobId: string, waitedMs: number): QueueError {
  return new QueueError(
    `The refresh queue runs nothing: refresh ${jobId} has waited for ${Math.round(waitedMs / 1000)} s`,
    {
      code: "queue_silent",
      retryable: true,
      hint: "Resume the queue if it is paused, and let the user in REDIS_URL run every command, the blocking ones too.",
    },
  );
}
