import { type Clock, type Logger, systemClock } from "@pulseboard/runtime";
import { QueueError } from "./queue-error.ts";
import type { RefreshConsumer, RefreshHandler, RefreshJob, RefreshQueue, RefreshTrigger } from "./refresh-queue.ts";

export interface InProcessQueueOptions {
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface InProcessQueue {
  readonly queue: RefreshQueue;
  /** Starts to run what was added and what will be. One consumer at a time; a second one is a QueueError. */
  consume(handler: RefreshHandler): RefreshConsumer;
}

/** The part of the grace that is kept for a run to end after its signal was aborted. */
const ABORTED_RUN_MS = 500;

/** The refresh queue of a single process. At most one run is waiting or active; every further request joins it. */
export function createInProcessQueue({ log, clock = systemClock }: InProcessQueueOptions): InProcessQueue {
  let lastJobId = 0;
  let waiting: { readonly id: string; readonly trigger: RefreshTrigger } | null = null;
  let active: { readonly id: string; readonly controller: AbortController; readonly ended: Promise<void> } | null =
    null;
  let handler: RefreshHandler | null = null;
  let closed = false;

  const startNext = (): void => {
    if (waiting === null || active !== null || handler === null) return;
    const controller = new AbortController();
    const job: RefreshJob = { ...waiting, signal: controller.signal };
    waiting = null;
    const handle = handler;
    // Started one step later, so that a handler that throws at once finds the run marked as active.
    active = { id: job.id, controller, ended: Promise.resolve().then(() => run(handle, job)) };
  };

  const run = async (handle: RefreshHandler, job: RefreshJob): Promise<void> => {
    try {
      await handle(job);
    } catch (err) {
      const { id, trigger } = job;
      if (job.signal.aborted) log.info({ jobId: id, trigger, err }, "Refresh given up: shutting down");
      else log.error({ jobId: id, trigger, err }, "Refresh failed");
    } finally {
      active = null;
      startSoon();
    }
  };

  /** Not within the call that asked: whoever adds something sees it waiting first, with a slow queue and a fast one. */
  const startSoon = (): void => queueMicrotask(startNext);

  return {
    queue: {
      enqueue: async (trigger) => {
        if (closed) throw new QueueError("The refresh queue is closed", { code: "queue_closed", retryable: false });
        if (active !== null) return { outcome: "joined", jobId: active.id, state: "active" };
        if (waiting !== null) return { outcome: "joined", jobId: waiting.id, state: "waiting" };
        lastJobId += 1;
        waiting = { id: String(lastJobId), trigger };
        startSoon();
        return { outcome: "accepted", jobId: waiting.id };
      },
      close: async () => {
        closed = true;
      },
    },
    consume: (given) => {
      if (handler !== null) {
        throw new QueueError("The refresh queue has a consumer already", { code: "queue_busy", retryable: false });
      }
      handler = given;
      startSoon();
      return {
        close: async (graceMs) => {
          if (handler === given) handler = null;
          if (active === null) return;
          const { ended, controller, id } = active;
          if (await endsWithin(ended, Math.max(0, graceMs - ABORTED_RUN_MS))) return;
          controller.abort(new QueueError("The refresh queue is closing", { code: "queue_closed", retryable: true }));
          if (await endsWithin(ended, Math.min(graceMs, ABORTED_RUN_MS))) return;
          log.warn({ jobId: id, graceMs }, "Refresh did not end when it was told to");
        },
      };
    },
  };

  async function endsWithin(ended: Promise<void>, ms: number): Promise<boolean> {
    const timer = new AbortController();
    const late = clock.sleep(ms, timer.signal).then(
      () => false,
      () => true,
    );
    const inTime = await Promise.race([ended.then(() => true), late]);
    timer.abort();
    return inTime;
  }
}
