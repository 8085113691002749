import { type BlockingConnection, isRefusal, type RedisConnection } from "@pulseboard/redis";
import { type Clock, type Logger, sleepUnlessAborted } from "@pulseboard/runtime";
import { WaitingError, Worker } from "bullmq";
import {
  phasesOf,
  QUEUE_NAME,
  QUEUE_PREFIX,
  type RefreshBullJob,
  type RefreshProgress,
  servedSequenceOf,
  triggerOf,
} from "./bull-job.ts";
import type { RefreshDurations } from "./durations.ts";
import { QueueError, toQueueError } from "./queue-error.ts";
import type { RefreshConsumer, RefreshHandler, RefreshJob, RefreshPhase } from "./refresh-queue.ts";
import { settlesWithin } from "./settles-within.ts";
import { workerName } from "./worker-name.ts";

export interface BullConsumerOptions {
  readonly redis: RedisConnection;
  readonly handler: RefreshHandler;
  readonly clock: Clock;
  readonly log: Logger;
  readonly durations: RefreshDurations;
}

/** BullMQ's message when Redis has given a run to another worker or was flushed; "lockRenewalFailed" is clearer. */
const LOST_RUN = /could not renew lock|Missing (lock|key) for job|Lock mismatch for job/;

/** The fields of a job that BullMQ parses before it is ours. */
const JSON_FIELDS = ["data", "opts"] as const;

interface ActiveRun {
  readonly job: RefreshBullJob;
  readonly token: string;
  readonly controller: AbortController;
  readonly ended: Promise<unknown>;
}

/** Takes jobs from Redis and runs them, one at a time, until it is closed. */
export function startBullConsumer(options: BullConsumerOptions): RefreshConsumer {
  const { redis, handler, clock, log, durations } = options;
  const connection: BlockingConnection = redis.openBlocking();
  let active: ActiveRun | null = null;
  let closing: Promise<void> | null = null;
  const leaving = new AbortController();

  /** Puts the run of this worker back into the queue, for another one to take at once; false when that failed. */
  const requeue = async (job: RefreshBullJob, token: string): Promise<boolean> => {
    try {
      await job.moveToWait(token);
      // BullMQ puts a job with a priority back without waking anybody (seen in 6.7.0); giving it its priority again does.
      await job.changePriority({ priority: job.priority });
      log.info({ jobId: job.id }, "Refresh requeued");
      return true;
    } catch (error) {
      const cause = redis.report(error);
      log[cause === null ? "warn" : "debug"](
        { jobId: job.id, err: toQueueError(cause ?? error) },
        "Refresh not requeued; another worker takes it over when its lock expires",
      );
      return false;
    }
  };

  const run = async (job: RefreshBullJob, token = ""): Promise<unknown> => {
    // BullMQ fetched it just before we began to close.
    if (closing !== null && (await requeue(job, token))) {
      throw new WaitingError();
    }
    const controller = new AbortController();
    const trigger = triggerOf(job);
    const refreshJob: RefreshJob = {
      id: String(job.id),
      trigger,
      servedSequence: servedSequenceOf(job),
      signal: controller.signal,
      progress: createProgress(job, clock, log),
    };
    // One step later, so that a handler that throws at once makes a failed run.
    const ended = Promise.resolve().then((): Promise<unknown> => handler(refreshJob));
    active = { job, token, controller, ended };
    try {
      // BullMQ stores null for a handler that reports nothing.
      return (await ended) ?? null;
    } catch (err) {
      if (!controller.signal.aborted) {
        log.error({ jobId: job.id, trigger, err }, "Refresh failed");
      } else {
        log.info({ jobId: job.id, trigger, err }, "Refresh aborted");
        if (closing !== null && (await requeue(job, token))) {
          throw new WaitingError();
        }
      }
      throw err instanceof Error ? err : new Error(String(err));
    } finally {
      active = null;
    }
  };

  const worker = new Worker<RefreshBullJob["data"], unknown>(QUEUE_NAME, run, {
    connection: connection.client,
    prefix: redis.keyOf(QUEUE_PREFIX),
    name: workerName(),
    concurrency: 1,
    lockDuration: durations.lockMs,
    stalledInterval: durations.stalledCheckMs,
    // A run that kills its worker twice is given up, and the next request starts a new one.
    maxStalledCount: 1,
    // See createBullQueue.
    skipVersionCheck: true,
  });

  const rest = async (): Promise<void> => {
    if (closing !== null || worker.isPaused()) {
      return;
    }
    await worker.pause(true);
    if (await sleepUnlessAborted(clock, durations.refusedRestMs, leaving.signal)) {
      await worker.resume();
    }
  };

  worker.on("error", (error) => {
    const cause = redis.report(error);
    if (cause !== null && isRefusal(cause)) {
      void rest();
    }
    const isKnown = cause !== null || LOST_RUN.test(error.message);
    log[isKnown ? "debug" : "warn"]({ err: toQueueError(cause ?? error) }, "The refresh worker met an error");
  });
  /**
   * BullMQ cannot take a job whose fields are not JSON (a hand, a damaged copy of Redis): it is taken, fails to be read and is taken
   * over again, for ever. Emptied, it comes to its end: it runs, or counts as given up after so many takeovers.
   */
  const emptyUnreadable = async (jobId: string): Promise<void> => {
    const key = worker.toKey(jobId);
    const fields = await redis.client.hmget(key, ...JSON_FIELDS);
    const damaged = JSON_FIELDS.filter((_, index) => !isJsonOrMissing(fields[index]));
    if (damaged.length > 0) {
      await redis.client.hset(key, Object.fromEntries(damaged.map((name) => [name, "{}"])));
      log.warn({ jobId, fields: damaged }, "A refresh that could not be read was emptied, so that it ends");
    }
  };

  worker.on("stalled", (jobId) => {
    log.info({ jobId }, "Refresh taken over: its worker is gone or was cut off from Redis");
    emptyUnreadable(jobId).catch((error: unknown) => {
      const cause = redis.report(error);
      log[cause === null ? "warn" : "debug"]({ jobId, err: toQueueError(cause ?? error) }, "Refresh not looked at");
    });
  });
  worker.on("lockRenewalFailed", (jobIds) => {
    if (active === null || !jobIds.includes(String(active.job.id))) {
      return;
    }
    if (active.controller.signal.aborted) {
      return;
    }
    log.info({ jobId: active.job.id }, "Refresh lost: Redis has given it to another worker or was flushed");
    active.controller.abort(
      new QueueError("Another worker may have taken over this refresh", { code: "queue_lock_lost", retryable: true }),
    );
  });

  const endActive = async (leftMs: () => number): Promise<void> => {
    if (active === null) {
      return;
    }
    const { job, token, controller, ended } = active;
    if (await settlesWithin(ended, leftMs() - durations.abortedRunMs, clock)) {
      return;
    }
    controller.abort(new QueueError("The refresh queue is closing", { code: "queue_closed", retryable: true }));
    if (await settlesWithin(ended, leftMs() - durations.requeueMs, clock)) {
      return;
    }
    log.warn({ jobId: job.id }, "Refresh did not end when it was aborted");
    await settlesWithin(requeue(job, token), leftMs(), clock);
  };

  const close = async (graceMs: number): Promise<void> => {
    const endMs = clock.monotonicMs() + graceMs;
    const leftMs = (): number => endMs - clock.monotonicMs();
    leaving.abort();
    const closed = worker.close();
    await endActive(leftMs);
    // While Redis is unreachable, BullMQ would wait for it forever. Not while it connects for the first time: to drop the
    // connection just then may leave a job behind that has been taken and never run.
    const waitMs = connection.client.status === "reconnecting" ? 0 : Math.min(leftMs(), durations.disconnectMs);
    if (!(await settlesWithin(closed, waitMs, clock))) {
      log.debug("Disconnected from Redis without its answer");
    }
    connection.close();
  };

  return {
    close: (graceMs) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

function isJsonOrMissing(text: string | null | undefined): boolean {
  if (text === null || text === undefined || text === "") {
    return true;
  }
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function createProgress(job: RefreshBullJob, clock: Clock, log: Logger): (phase: string) => void {
  const phases: RefreshPhase[] = [];
  const report = (): void => {
    const progress: RefreshProgress = { phases: [...phases] };
    job.updateProgress(progress).catch((err: unknown) => {
      log.debug({ jobId: job.id, err: toQueueError(err) }, "Progress not reported");
    });
  };
  // The phases that an earlier worker reported are not this run's.
  if (phasesOf(job.progress).length > 0) {
    report();
  }
  return (phase) => {
    phases.push({ phase, atMs: clock.nowMs() });
    report();
  };
}
