import { randomUUID } from "node:crypto";
import type { RedisConnection } from "@pulseboard/redis";
import type { Clock, Logger } from "@pulseboard/runtime";
import { Queue } from "bullmq";
import { startBullConsumer } from "./bull-consumer.ts";
import {
  jobOptions,
  MAX_EVENTS,
  priorityOf,
  QUEUE_NAME,
  QUEUE_PREFIX,
  type RefreshBullJob,
  type RefreshJobData,
  recordOf,
  servedSequenceOf,
  stateOf,
} from "./bull-job.ts";
import type { RefreshDurations } from "./durations.ts";
import { createNextSequence } from "./next-sequence.ts";
import { QueueError, toQueueError } from "./queue-error.ts";
import type {
  EnqueueOutcome,
  QueueDepth,
  RefreshConsumer,
  RefreshHandler,
  RefreshQueue,
  RefreshRecord,
  RefreshRecords,
  RefreshTrigger,
} from "./refresh-queue.ts";
import { createRedisTurn } from "./turn.ts";

export interface BullQueueOptions {
  /** Its connection for commands is shared; it stays the caller's to close. */
  readonly redis: RedisConnection;
  readonly log: Logger;
  readonly clock: Clock;
  readonly durations: RefreshDurations;
}

/** BullMQ's own queue, for a board to show. */
export type BoardQueue = Queue<Partial<RefreshJobData>, unknown>;

export interface BullQueue {
  readonly queue: RefreshQueue;
  readonly records: RefreshRecords;
  /**
   * Starts to run what any process added. Any number of processes may have a consumer, of which one runs at a time. Close
   * the consumer before the queue. Throws a QueueError when this process has one already.
   */
  consume(handler: RefreshHandler): RefreshConsumer;
  /** Gives BullMQ's own queue to a board. Throws a QueueError while Redis is unavailable. */
  boardQueue(): Promise<BoardQueue>;
}

/** If Redis is flushed between adding a job and looking at it, the job is added again, but not forever. */
const MAX_ADDS = 3;

/** Removes a deduplication key if it still names that job. */
const FREE_SCRIPT = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/**
 * The refresh queue over Redis, by BullMQ: what any process adds, one worker runs. While Redis is unavailable, `enqueue`,
 * `depth` and `find` throw a QueueError at once.
 */
export function createBullQueue(options: BullQueueOptions): BullQueue {
  const { redis, log, clock, durations } = options;
  const bull: BoardQueue = new Queue(QUEUE_NAME, {
    connection: redis.client,
    prefix: redis.keyOf(QUEUE_PREFIX),
    // The check sends INFO at the first contact. A Queue stays unusable if that is not answered, and BullMQ prints
    // a warning about the eviction policy past any logger.
    skipVersionCheck: true,
    streams: { events: { maxLen: MAX_EVENTS } },
  });
  // The connection reports outages; everything else reaches the caller.
  bull.on("error", (err) => log.debug({ err: toQueueError(err) }, "Refresh queue"));
  const nextSequence = createNextSequence(redis.client, bull.toKey("served"));
  let consumer: RefreshConsumer | null = null;
  let closed = false;

  /** Resolves with what `ask` answers, or rejects with a QueueError, within its deadline. */
  const answer = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (closed) {
      throw new QueueError("The refresh queue is closed", { code: "queue_closed", retryable: false });
    }
    try {
      return await redis.run(durations.answerMs, ask);
    } catch (err) {
      throw toQueueError(err);
    }
  };

  const addOrJoin = async (trigger: RefreshTrigger, asked: number): Promise<EnqueueOutcome> => {
    const servedSequence = Math.max(asked, await nextSequence.take());
    try {
      return await addOrJoinAs(trigger, servedSequence);
    } catch (error) {
      // It goes to no run here, and is still there for one without the queue.
      await nextSequence.keep(servedSequence);
      throw error;
    }
  };

  const addOrJoinAs = async (trigger: RefreshTrigger, servedSequence: number): Promise<EnqueueOutcome> => {
    for (let adds = 0; adds < MAX_ADDS; adds++) {
      const nonce = randomUUID();
      const [, { id }] = await Promise.all([
        // Deduplication alone keeps it to one run, except where a board retries a job or a flush forgot this setting.
        bull.setGlobalConcurrency(1),
        bull.add(QUEUE_NAME, { trigger, nonce, servedSequence }, jobOptions(trigger)),
      ]);
      const jobId = String(id);
      const found = await look(jobId);
      if (found === null) {
        // Flushed just now, or its job is lost and only the key that keeps others away is left.
        await freeFrom(jobId);
        continue;
      }
      if (found.job.data.nonce === nonce) {
        return { outcome: "accepted", jobId };
      }
      if ((found.state === "done" || found.state === "failed") && (await freeFrom(jobId))) {
        continue;
      }
      if (found.state !== "waiting") {
        await nextSequence.keep(servedSequence);
        return { outcome: "joined", jobId, state: "active" };
      }
      await Promise.all([raisePriority(found.job, trigger), raiseSequence(found.job, servedSequence)]);
      return { outcome: "joined", jobId, state: "waiting" };
    }
    throw new QueueError("The job was gone as soon as it was added: something keeps emptying Redis", {
      code: "queue_flushed",
      retryable: true,
    });
  };

  /**
   * A run that ends frees the way for the next one in the same step. If it has not, then something else has written there (a
   * hand, an older copy of Redis), and every request would join the run that is over. True if it was so.
   */
  const freeFrom = async (jobId: string): Promise<boolean> => {
    const removed = await redis.client.eval(FREE_SCRIPT, 1, bull.toKey(`de:${QUEUE_NAME}`), jobId);
    if (removed === 1) {
      log.warn({ jobId }, "A refresh that is over kept others away; the queue is free again");
    }
    return removed === 1;
  };

  const count = async (): Promise<QueueDepth> => {
    const counts = await bull.getJobCounts("wait", "prioritized", "active", "delayed", "failed");
    // Waiting jobs are in two lists: ours have a priority, a board's may have none.
    const { wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting: wait + prioritized, active, delayed, failed };
  };

  const highestServed = async (): Promise<number> => {
    const [kept, jobId] = await Promise.all([nextSequence.peek(), bull.getDeduplicationJobId(QUEUE_NAME)]);
    // Whatever its state: what keeps that from being looked at, like a key of the wrong type, may be why the queue runs nothing.
    const job = jobId === null ? undefined : await bull.getJob(jobId);
    return job === undefined ? kept : Math.max(kept, servedSequenceOf(job));
  };

  const look = async (jobId: string) => {
    const [job, locked, bullState] = await Promise.all([
      bull.getJob(jobId),
      // Before the state: a job that had no lock and then is active was waiting a moment ago, which is true enough.
      redis.client.exists(`${bull.toKey(jobId)}:lock`),
      bull.getJobState(jobId),
    ]);
    const state = stateOf(bullState, locked === 1);
    return job === undefined || state === null ? null : { job, state };
  };

  /** Makes a waiting run publish above this sequence too. A run that begins just now may miss it: the server asks again. */
  const raiseSequence = async (job: RefreshBullJob, servedSequence: number): Promise<void> => {
    if (servedSequenceOf(job) >= servedSequence) {
      return;
    }
    try {
      await job.updateData({ ...job.data, servedSequence });
    } catch (err) {
      const cause = redis.report(err);
      log[cause === null ? "warn" : "debug"]({ jobId: job.id, err }, "Sequence of the waiting refresh not raised");
    }
  };

  /** Makes a waiting run as urgent as the request that joined it. */
  const raisePriority = async (job: RefreshBullJob, trigger: RefreshTrigger): Promise<void> => {
    const priority = priorityOf(trigger);
    if (job.priority <= priority) {
      return;
    }
    try {
      await job.changePriority({ priority });
    } catch (err) {
      // The request has joined all the same.
      const cause = redis.report(err);
      log[cause === null ? "warn" : "debug"]({ jobId: job.id, err }, "Priority of the waiting refresh not raised");
    }
  };

  return {
    queue: {
      enqueue: (trigger, servedSequence = 0) => answer(() => addOrJoin(trigger, servedSequence)),
      servedSequence: () => answer(highestServed),
      depth: () => answer(count),
      turn: createRedisTurn({ redis, key: bull.toKey("turn"), durations }),
      close: async () => {
        if (closed) {
          return;
        }
        closed = true;
        await bull.close();
      },
    },
    records: {
      find: (jobId) =>
        answer(async (): Promise<RefreshRecord | null> => {
          const found = await look(jobId);
          return found === null ? null : recordOf(found.job, jobId, found.state);
        }),
      isPaused: () => answer(() => bull.isPaused()),
    },
    boardQueue: () => answer(async () => bull),
    consume: (handler) => {
      if (consumer !== null) {
        throw new QueueError("The refresh queue has a consumer already", { code: "queue_busy", retryable: false });
      }
      const started = startBullConsumer({ redis, handler, clock, log, durations });
      consumer = started;
      return {
        close: async (graceMs) => {
          await started.close(graceMs);
          if (consumer === started) {
            consumer = null;
          }
        },
      };
    },
  };
}
