import { randomUUID } from "node:crypto";
import { type Clock, type Logger, systemClock } from "@pulseboard/runtime";
import type { Queue as BullmqQueue } from "bullmq";
import { startBullConsumer } from "./bull-consumer.ts";
import {
  DEFAULT_PREFIX,
  jobOptions,
  MAX_EVENTS,
  priorityOf,
  QUEUE_NAME,
  type RefreshBullJob,
  type RefreshJobData,
  recordOf,
  stateOf,
} from "./bull-job.ts";
import { endsWithin } from "./ends-within.ts";
import { loadBullmq } from "./load-clients.ts";
import { QueueError } from "./queue-error.ts";
import { createRedisClients } from "./redis-clients.ts";
import { notConnected, toQueueError } from "./redis-failure.ts";
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

export interface BullQueueOptions {
  /** redis:// or rediss://, as ioredis takes it. */
  readonly redisUrl: string;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Of every key in Redis; another one is another queue. */
  readonly prefix?: string;
}

/** BullMQ's own queue: whoever shows it needs no BullMQ of their own. */
export type BoardQueue = BullmqQueue<Partial<RefreshJobData>, unknown>;

export interface BullQueue {
  readonly queue: RefreshQueue;
  readonly records: RefreshRecords;
  /**
   * Starts to run what any process added. One consumer at a time in one process, else a QueueError; over all processes
   * as many as you like, of which one runs at a time. Close the consumer before the queue.
   */
  consume(handler: RefreshHandler): RefreshConsumer;
  /** BullMQ's own queue, for a board to look at; its commands fail soon while Redis is away. Throws a QueueError when it is away now. */
  boardQueue(): Promise<BoardQueue>;
}

/** An answer is given within this time, whatever state Redis is in. */
const ANSWER_MS = 5000;
/** A flush of Redis between adding a job and looking at it is met by adding it again, but not for ever. */
const MAX_ADDS = 3;

/**
 * The refresh queue over Redis, by BullMQ: what any process adds, one worker runs. It connects by itself and comes back
 * by itself; while Redis is away, `enqueue` and `find` throw a QueueError at once.
 */
export function createBullQueue(options: BullQueueOptions): BullQueue {
  const { redisUrl, log, clock = systemClock, prefix = DEFAULT_PREFIX } = options;
  const clients = createRedisClients(redisUrl, log);
  const redis = clients.open("hasty");
  const { Queue } = loadBullmq();
  const bull = new Queue<Partial<RefreshJobData>, unknown>(QUEUE_NAME, {
    connection: redis.client,
    prefix,
    // The check asks for INFO at the first contact. A Queue is dead for ever when that is not answered, and BullMQ
    // prints a warning about the eviction policy past any logger.
    skipVersionCheck: true,
    streams: { events: { maxLen: MAX_EVENTS } },
  });
  // The connection's comings and goings are logged by its clients; everything else reaches the caller.
  bull.on("error", (err) => log.debug({ err: toQueueError(err) }, "Refresh queue"));
  let consumer: RefreshConsumer | null = null;
  let closed = false;

  /** What `ask` answers, or a QueueError, within ANSWER_MS. */
  const answer = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (closed) {
      throw new QueueError("The refresh queue is closed", { code: "queue_closed", retryable: false });
    }
    const answering = (async () => {
      await redis.firstContact;
      if (redis.client.status !== "ready") {
        throw notConnected(redis.lastProblem());
      }
      return await ask();
    })();
    if (!(await endsWithin(answering, ANSWER_MS, clock))) {
      throw toQueueError(new Error("Command timed out"));
    }
    try {
      return await answering;
    } catch (err) {
      throw toQueueError(err);
    }
  };

  const addOrJoin = async (trigger: RefreshTrigger): Promise<EnqueueOutcome> => {
    for (let adds = 0; adds < MAX_ADDS; adds++) {
      const nonce = randomUUID();
      const [, { id }] = await Promise.all([
        // Deduplication alone keeps it to one run, except where a board retries a job or a flush forgot this setting.
        bull.setGlobalConcurrency(1),
        bull.add(QUEUE_NAME, { trigger, nonce }, jobOptions(trigger)),
      ]);
      const jobId = String(id);
      const found = await look(jobId);
      if (found === null) {
        continue;
      }
      if (found.job.data.nonce === nonce) {
        return { outcome: "accepted", jobId };
      }
      if (found.state !== "waiting") {
        return { outcome: "joined", jobId, state: "active" };
      }
      await raise(found.job, trigger);
      return { outcome: "joined", jobId, state: "waiting" };
    }
    throw new QueueError("What was added is gone at once: something empties Redis again and again", {
      code: "queue_flushed",
      retryable: true,
    });
  };

  const count = async (): Promise<QueueDepth> => {
    const counts = await bull.getJobCounts("wait", "prioritized", "active", "delayed", "failed");
    // What waits lies in two lists: ours have a priority, a board's may have none.
    const { wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting: wait + prioritized, active, delayed, failed };
  };

  const look = async (jobId: string) => {
    const [job, locked, bullState] = await Promise.all([
      bull.getJob(jobId),
      // Before the state: with no lock first and active then, it was waiting a moment ago, which is true enough.
      redis.client.exists(`${bull.toKey(jobId)}:lock`),
      bull.getJobState(jobId),
    ]);
    const state = stateOf(bullState, locked === 1);
    return job === undefined || state === null ? null : { job, state };
  };

  /** Whoever is more urgent and joins a run that waits makes it as urgent. */
  const raise = async (job: RefreshBullJob, trigger: RefreshTrigger): Promise<void> => {
    const priority = priorityOf(trigger);
    if (job.priority <= priority) {
      return;
    }
    try {
      await job.changePriority({ priority });
    } catch (err) {
      // The request has joined all the same.
      log.warn({ jobId: job.id, err: toQueueError(err) }, "Waiting refresh not raised");
    }
  };

  return {
    queue: {
      enqueue: (trigger) => answer(() => addOrJoin(trigger)),
      depth: () => answer(count),
      close: async () => {
        if (closed) {
          return;
        }
        closed = true;
        redis.drop();
        await bull.close();
      },
    },
    records: {
      find: (jobId) =>
        answer(async (): Promise<RefreshRecord | null> => {
          const found = await look(jobId);
          return found === null ? null : recordOf(found.job, jobId, found.state);
        }),
    },
    boardQueue: () => answer(async () => bull),
    consume: (handler) => {
      if (consumer !== null) {
        throw new QueueError("The refresh queue has a consumer already", { code: "queue_busy", retryable: false });
      }
      const started = startBullConsumer({ redis: clients.open("patient"), prefix, handler, clock, log });
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
