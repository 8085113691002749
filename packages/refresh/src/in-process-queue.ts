import type { Clock, Logger } from "@pulseboard/runtime";
import type { RefreshDurations } from "./durations.ts";
import { QueueError } from "./queue-error.ts";
import type {
  RefreshConsumer,
  RefreshHandler,
  RefreshJob,
  RefreshPhase,
  RefreshQueue,
  RefreshRecord,
  RefreshRecords,
  RefreshTrigger,
} from "./refresh-queue.ts";
import { settlesWithin } from "./settles-within.ts";

export interface InProcessQueueOptions {
  readonly log: Logger;
  readonly clock: Clock;
  readonly durations: RefreshDurations;
}

export interface InProcessQueue {
  readonly queue: RefreshQueue;
  readonly records: RefreshRecords;
  /** Starts to run the jobs, those that wait and those to come. Throws a QueueError when there is a consumer already. */
  consume(handler: RefreshHandler): RefreshConsumer;
}

/** The number of runs that are remembered. */
const MAX_RECORDS = 50;

/** The refresh queue of a single process. At most one run is waiting or active; every further request joins it. */
export function createInProcessQueue({ log, clock, durations }: InProcessQueueOptions): InProcessQueue {
  let lastJobId = 0;
  /** Came while a run was active, too late for that one. */
  let nextSequence = 0;
  let waiting: Pick<RefreshJob, "id" | "trigger" | "servedSequence"> | null = null;
  let active: { readonly id: string; readonly controller: AbortController; readonly ended: Promise<void> } | null =
    null;
  let handler: RefreshHandler | null = null;
  let closed = false;
  // Oldest first, as a Map keeps its order.
  const records = new Map<string, RefreshRecord>();

  const startNext = (): void => {
    if (waiting === null || active !== null || handler === null) {
      return;
    }
    const controller = new AbortController();
    const { id } = waiting;
    const job: RefreshJob = { ...waiting, signal: controller.signal, progress: (phase) => addPhase(id, phase) };
    waiting = null;
    const handle = handler;
    update(id, { state: "active" });
    // Started one step later, so that the run is marked as active even if its handler throws at once.
    active = { id, controller, ended: Promise.resolve().then(() => run(handle, job)) };
  };

  const run = async (handle: RefreshHandler, job: RefreshJob): Promise<void> => {
    const { id, trigger } = job;
    try {
      const report = (await handle(job)) ?? null;
      update(id, { state: "done", report });
    } catch (err) {
      update(id, { state: "failed", failure: err instanceof Error ? err.message : String(err) });
      if (job.signal.aborted) {
        log.info({ jobId: id, trigger, err }, "Refresh aborted: shutting down");
      } else {
        log.error({ jobId: id, trigger, err }, "Refresh failed");
      }
    } finally {
      active = null;
      startSoon();
    }
  };

  const add = (jobId: string, trigger: RefreshTrigger): void => {
    records.set(jobId, { jobId, trigger, state: "waiting", phases: [], report: null, failure: null });
    const [oldest] = records.keys();
    if (records.size > MAX_RECORDS && oldest !== undefined) {
      records.delete(oldest);
    }
  };

  const update = (jobId: string, change: Partial<RefreshRecord>): void => {
    const record = records.get(jobId);
    if (record !== undefined) {
      records.set(jobId, { ...record, ...change });
    }
  };

  const addPhase = (jobId: string, phase: string): void => {
    const phases: readonly RefreshPhase[] = records.get(jobId)?.phases ?? [];
    update(jobId, { phases: [...phases, { phase, atMs: clock.nowMs() }] });
  };

  const endActive = async (graceMs: number): Promise<void> => {
    if (active === null) {
      return;
    }
    const { ended, controller, id } = active;
    if (await settlesWithin(ended, graceMs - durations.abortedRunMs, clock)) {
      return;
    }
    controller.abort(new QueueError("The refresh queue is closing", { code: "queue_closed", retryable: true }));
    if (await settlesWithin(ended, Math.min(graceMs, durations.abortedRunMs), clock)) {
      return;
    }
    log.warn({ jobId: id, graceMs }, "Refresh did not end when it was aborted");
  };

  /** Starts the next run after the current call has returned, so that a request always sees its run waiting first. */
  const startSoon = (): void => queueMicrotask(startNext);

  return {
    queue: {
      enqueue: async (trigger, servedSequence = 0) => {
        if (closed) {
          throw closedError();
        }
        if (active !== null) {
          nextSequence = Math.max(nextSequence, servedSequence);
          return { outcome: "joined", jobId: active.id, state: "active" };
        }
        if (waiting !== null) {
          waiting = { ...waiting, servedSequence: Math.max(waiting.servedSequence, servedSequence) };
          return { outcome: "joined", jobId: waiting.id, state: "waiting" };
        }
        lastJobId += 1;
        waiting = { id: String(lastJobId), trigger, servedSequence: Math.max(servedSequence, nextSequence) };
        nextSequence = 0;
        add(waiting.id, trigger);
        startSoon();
        return { outcome: "accepted", jobId: waiting.id };
      },
      servedSequence: async () => {
        if (closed) {
          throw closedError();
        }
        return Math.max(nextSequence, waiting?.servedSequence ?? 0);
      },
      depth: async () => {
        if (closed) {
          throw closedError();
        }
        return {
          waiting: waiting === null ? 0 : 1,
          active: active === null ? 0 : 1,
          delayed: 0,
          failed: [...records.values()].filter(({ state }) => state === "failed").length,
        };
      },
      close: async () => {
        closed = true;
      },
    },
    records: { find: async (jobId) => records.get(jobId) ?? null, isPaused: async () => false },
    consume: (given) => {
      if (handler !== null) {
        throw new QueueError("The refresh queue has a consumer already", { code: "queue_busy", retryable: false });
      }
      handler = given;
      startSoon();
      let closing: Promise<void> | null = null;
      return {
        close: (graceMs) => {
          if (closing === null) {
            handler = null;
            closing = endActive(graceMs);
          }
          return closing;
        },
      };
    },
  };
}

function closedError(): QueueError {
  return new QueueError("The refresh queue is closed", { code: "queue_closed", retryable: false });
}
