import type { Clock, Logger } from "@pulseboard/runtime";
import { phasesOf, QUEUE_NAME, type RefreshBullJob, type RefreshProgress, triggerOf } from "./bull-job.ts";
import { endsWithin } from "./ends-within.ts";
import { ABORTED_RUN_MS } from "./in-process-queue.ts";
import { loadBullmq } from "./load-clients.ts";
import { QueueError } from "./queue-error.ts";
import type { WatchedRedis } from "./redis-clients.ts";
import { toQueueError } from "./redis-failure.ts";
import type { RefreshConsumer, RefreshHandler, RefreshJob, RefreshPhase } from "./refresh-queue.ts";
import { createWorkerErrorLog } from "./worker-error-log.ts";

export interface BullConsumerOptions {
  readonly redis: WatchedRedis;
  readonly prefix: string;
  readonly handler: RefreshHandler;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * How long the lock of a run outlives its worker. With BullMQ's defaults (30 s, looked at every 30 s) every request
 * would join the dead run for a minute.
 */
const LOCK_MS = 5000;
/**
 * How often each worker looks for runs without a lock. Half the lock's life: of several workers' looks Redis lets one
 * in each interval count, so that up to two pass after the lock's end. A killed worker's run is done again within 10 s.
 */
const LOOK_FOR_LOST_MS = 2500;
/** The part of the grace that is kept for handing back a run that ignores its signal. */
const HAND_BACK_MS = 150;
/** For taking leave of Redis once nothing runs. It never answers that when it is stopped. */
const LEAVE_MS = 1000;

interface ActiveRun {
  readonly job: RefreshBullJob;
  readonly token: string;
  readonly controller: AbortController;
  readonly ended: Promise<unknown>;
}

/** Takes jobs from Redis and runs them, one at a time, until it is closed. */
export function startBullConsumer(options: BullConsumerOptions): RefreshConsumer {
  const { redis, prefix, handler, clock, log } = options;
  const { WaitingError, Worker } = loadBullmq();
  let active: ActiveRun | null = null;
  let closing: Promise<void> | null = null;

  const run = async (job: RefreshBullJob, token = ""): Promise<unknown> => {
    // It was on its way from Redis when we began to close.
    if (closing !== null && (await handBack(job, token, log))) {
      throw new WaitingError();
    }
    const controller = new AbortController();
    const trigger = triggerOf(job);
    const refreshJob: RefreshJob = {
      id: String(job.id),
      trigger,
      signal: controller.signal,
      progress: createProgress(job, clock, log),
    };
    // One step later, so that a handler that throws at once is a run that failed.
    const ended = Promise.resolve().then((): Promise<unknown> => handler(refreshJob));
    active = { job, token, controller, ended };
    try {
      // BullMQ stores null for a handler that tells nothing.
      return (await ended) ?? null;
    } catch (err) {
      if (!controller.signal.aborted) {
        log.error({ jobId: job.id, trigger, err }, "Refresh failed");
      } else {
        log.info({ jobId: job.id, trigger, err }, "Refresh given up");
        if (closing !== null && (await handBack(job, token, log))) {
          throw new WaitingError();
        }
      }
      throw err instanceof Error ? err : new Error(String(err));
    } finally {
      active = null;
    }
  };

  const worker = new Worker<RefreshBullJob["data"], unknown>(QUEUE_NAME, run, {
    connection: redis.client,
    prefix,
    concurrency: 1,
    lockDuration: LOCK_MS,
    stalledInterval: LOOK_FOR_LOST_MS,
    // Once more; a run that kills its worker twice is given up, and the next request starts a new one.
    maxStalledCount: 1,
    // See createBullQueue.
    skipVersionCheck: true,
  });
  worker.on("error", createWorkerErrorLog(log, clock));
  worker.on("stalled", (jobId) => log.warn({ jobId }, "Refresh taken over: its worker is gone"));
  worker.on("lockRenewalFailed", (jobIds) => {
    if (active === null || !jobIds.includes(String(active.job.id))) {
      return;
    }
    if (active.controller.signal.aborted) {
      return;
    }
    log.warn({ jobId: active.job.id }, "Refresh lost: Redis has given it to another worker or was flushed");
    active.controller.abort(
      new QueueError("The refresh is no longer ours", { code: "queue_lock_lost", retryable: true }),
    );
  });

  const endActive = async (leftMs: () => number): Promise<void> => {
    if (active === null) {
      return;
    }
    const { job, token, controller, ended } = active;
    if (await endsWithin(ended, leftMs() - ABORTED_RUN_MS, clock)) {
      return;
    }
    controller.abort(new QueueError("The refresh queue is closing", { code: "queue_closed", retryable: true }));
    if (await endsWithin(ended, leftMs() - HAND_BACK_MS, clock)) {
      return;
    }
    log.warn({ jobId: job.id }, "Refresh did not end when it was told to");
    await endsWithin(handBack(job, token, log), leftMs(), clock);
  };

  const close = async (graceMs: number): Promise<void> => {
    const endMs = clock.monotonicMs() + graceMs;
    const leftMs = (): number => endMs - clock.monotonicMs();
    const left = worker.close();
    await endActive(leftMs);
    // Away: nobody to take leave of, and BullMQ would wait for it for ever. Not so while connecting for the first time:
    // whoever drops the connection just then may leave a job behind that has been taken and never run.
    const leaveMs = redis.client.status === "reconnecting" ? 0 : Math.min(leftMs(), LEAVE_MS);
    if (!(await endsWithin(left, leaveMs, clock))) {
      log.debug("Left Redis without its answer");
    }
    redis.drop();
  };

  return {
    close: (graceMs) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

/** Puts the run of this worker back into the queue, for another one to take at once. Whether that worked. */
async function handBack(job: RefreshBullJob, token: string, log: Logger): Promise<boolean> {
  try {
    await job.moveToWait(token);
    // BullMQ puts a job with a priority back without waking anybody (seen in 6.7.0); giving it its priority again does.
    await job.changePriority({ priority: job.priority });
    log.info({ jobId: job.id }, "Refresh handed back");
    return true;
  } catch (err) {
    log.warn({ jobId: job.id, err: toQueueError(err) }, "Refresh not handed back; it is taken over when its lock ends");
    return false;
  }
}

function createProgress(job: RefreshBullJob, clock: Clock, log: Logger): (phase: string) => void {
  const phases: RefreshPhase[] = [];
  const tell = (): void => {
    const progress: RefreshProgress = { phases: [...phases] };
    job.updateProgress(progress).catch((err: unknown) => {
      log.debug({ jobId: job.id, err: toQueueError(err) }, "Progress not told");
    });
  };
  // What a worker before this one told of its run is not told of this one.
  if (phasesOf(job.progress).length > 0) {
    tell();
  }
  return (phase) => {
    phases.push({ phase, atMs: clock.nowMs() });
    tell();
  };
}
