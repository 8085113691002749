import type { CommandConnection } from "@pulseboard/redis";
import { QUEUE_NAME, QUEUE_PREFIX } from "./bull-job.ts";
import type { RefreshDurations } from "./durations.ts";
import { toQueueError } from "./queue-error.ts";
import type { QueueDepth } from "./refresh-queue.ts";
import { processOfClient } from "./worker-name.ts";

/** The queue as it lies in Redis. */
export interface QueueState extends QueueDepth {
  /** Somebody has paused it: nothing runs. */
  readonly isPaused: boolean;
  /** When the run that has waited longest was asked for, Unix ms; null without one. */
  readonly oldestWaitingMs: number | null;
  /** The processes that wait for runs or do one now: "host:pid". Null when Redis does not tell. */
  readonly workers: readonly string[] | null;
}

/**
 * Reads the state of the refresh queue and writes nothing, unlike BullMQ's own Queue, which notes its version and settings.
 *
 * @throws QueueError when Redis cannot be reached
 */
export async function readQueueState(redis: CommandConnection, { answerMs }: RefreshDurations): Promise<QueueState> {
  const keyOf = (name: string): string => redis.keyOf(`${QUEUE_PREFIX}:${QUEUE_NAME}:${name}`);
  try {
    const [wait, paused, prioritized, active, delayed, failed, pausedMark, lists] = await redis.run(
      answerMs,
      (client) =>
        Promise.all([
          client.llen(keyOf("wait")),
          client.llen(keyOf("paused")),
          client.zcard(keyOf("prioritized")),
          client.llen(keyOf("active")),
          client.zcard(keyOf("delayed")),
          client.zcard(keyOf("failed")),
          client.hexists(keyOf("meta"), "paused"),
          Promise.all([
            client.lrange(keyOf("wait"), 0, -1),
            client.lrange(keyOf("paused"), 0, -1),
            client.zrange(keyOf("prioritized"), "0", "-1"),
          ]),
        ]),
    );
    const ids = lists.flat();
    const times = await redis.run(answerMs, (client) =>
      Promise.all(ids.map((id) => client.hget(keyOf(id), "timestamp"))),
    );
    const known = times.map(Number).filter((ms) => ms > 0);
    return {
      waiting: wait + paused + prioritized,
      active,
      delayed,
      failed,
      isPaused: pausedMark === 1,
      oldestWaitingMs: known.length === 0 ? null : Math.min(...known),
      workers: await readWorkers(redis, answerMs),
    };
  } catch (error) {
    throw toQueueError(error);
  }
}

async function readWorkers(redis: CommandConnection, answerMs: number): Promise<readonly string[] | null> {
  try {
    const [id, list] = await redis.run(
      answerMs,
      (client) => Promise.all([client.client("ID"), client.client("LIST")]),
      {
        mayBeRefused: true,
      },
    );
    const lines = String(list).split("\n");
    const database = (line: string): string | undefined => / db=(\d+)/.exec(line)?.[1];
    const own = lines.find((line) => line.startsWith(`id=${id} `)) ?? "";
    const prefix = redis.keyOf(QUEUE_PREFIX);
    const found = lines
      .filter((line) => database(line) === database(own))
      .flatMap((line) => processOfClient(line, prefix) ?? []);
    return [...new Set(found)].sort();
  } catch {
    // Managed services deny it; an outage is met by the next command.
    return null;
  }
}
