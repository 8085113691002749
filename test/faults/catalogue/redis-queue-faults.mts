import type { Fault, RunningFault } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";
import type { RedisConsole } from "./redis-console.mts";
import {
  LEAVES_A_LOCK,
  MET_WITHIN_MS,
  NAMES_SILENT_QUEUE,
  redisFault,
  UNTIL_SILENCE_NAMED_MS,
} from "./redis-fault.mts";

const { refresh } = FAULT_DURATIONS;

const QUEUE = "pulseboard:refresh";
const key = (name: string): string => `${QUEUE}:${name}`;
/** The id of jobs that are none of ours. */
const FOREIGN = "foreign-1";
/** BullMQ's fields of a job; the lists decide about its state. */
const JOB = [
  "name",
  "refresh",
  "data",
  "{}",
  "opts",
  "{}",
  "timestamp",
  "1700000000000",
  "delay",
  "0",
  "priority",
  "0",
];

/** A job that can never end is taken over once, and given up the second time. */
const LEAVES_A_POISONED_JOB: Fault["leaves"] = {
  ms: 2 * (refresh.lockMs + 2 * refresh.stalledCheckMs),
  what: "the lock of a job that cannot be read, twice, each with two looks for such locks",
};

/** How many requests for a refresh wait now. */
async function waiting(redis: RedisConsole): Promise<number> {
  return Number(await redis.call("ZCARD", key("prioritized"))) + Number(await redis.call("LLEN", key("wait")));
}

interface QueueFault extends Pick<Fault, "name" | "leaves" | "names"> {
  /** By default until the program has met it. */
  readonly lastsAtLeastMs?: number;
  /** What is left for the program to repair is not repaired here. */
  begin(redis: RedisConsole): Promise<RunningFault>;
}

const queueFault = (fault: QueueFault): Fault => redisFault({ lastsAtLeastMs: MET_WITHIN_MS, ...fault });

/** The queue's own keys are not as the program left them. */
export const REDIS_QUEUE_FAULTS: readonly Fault[] = [
  // Somebody has paused it on a board, and resumes it there: the program may not do that by itself.
  queueFault({
    name: "redis: the queue is paused",
    lastsAtLeastMs: UNTIL_SILENCE_NAMED_MS,
    leaves: LEAVES_A_LOCK,
    names: NAMES_SILENT_QUEUE,
    begin: async (redis) => {
      await redis.call("HSET", key("meta"), "paused", "1");
      await redis.call("DEL", key("marker"));
      return {
        touched: () => waiting(redis),
        end: async () => {
          await redis.call("HDEL", key("meta"), "paused");
          await redis.call("ZADD", key("marker"), 0, "0");
        },
      };
    },
  }),
  // A limit of no runs at all. Each request sets the right one again.
  queueFault({
    name: "redis: the queue may run nothing",
    leaves: LEAVES_A_LOCK,
    begin: async (redis) => {
      await redis.call("HSET", key("meta"), "concurrency", "0");
      const isRepaired = async () => (await redis.call("HGET", key("meta"), "concurrency")) === "1";
      return { touched: async () => ((await isRepaired()) ? 1 : 0), end: async () => undefined };
    },
  }),
  // Nothing but a hand can have put it there, and a hand has to take it away; refreshes go on without the queue.
  queueFault({
    name: "redis: the queue's jobs are of the wrong type",
    leaves: LEAVES_A_LOCK,
    begin: async (redis) => {
      const before = await redis.refusals("WRONGTYPE");
      await redis.call("DEL", key("prioritized"));
      await redis.call("SET", key("prioritized"), "not a list of jobs");
      return {
        touched: async () => (await redis.refusals("WRONGTYPE")) - before,
        end: async () => void (await redis.call("DEL", key("prioritized"))),
      };
    },
  }),
  // BullMQ takes it, cannot read it, and gives it up by itself.
  queueFault({
    name: "redis: a job of garbage waits",
    leaves: LEAVES_A_POISONED_JOB,
    begin: async (redis) => {
      await redis.call("HSET", key(FOREIGN), ...JOB, "data", '{"trigger":');
      await redis.call("RPUSH", key("wait"), FOREIGN);
      await redis.call("ZADD", key("marker"), 0, "0");
      const isWaiting = async () => (await redis.call("LPOS", key("wait"), FOREIGN)) !== null;
      return { touched: async () => ((await isWaiting()) ? 0 : 1), end: async () => undefined };
    },
  }),
  // The same, of a job that is not there at all.
  queueFault({
    name: "redis: an id waits that has no job",
    leaves: LEAVES_A_POISONED_JOB,
    begin: async (redis) => {
      await redis.call("RPUSH", key("wait"), FOREIGN);
      await redis.call("ZADD", key("marker"), 0, "0");
      const isWaiting = async () => (await redis.call("LPOS", key("wait"), FOREIGN)) !== null;
      return { touched: async () => ((await isWaiting()) ? 0 : 1), end: async () => undefined };
    },
  }),
  // As after a worker that hangs and still renews its lock: only its owner may end that run. Refreshes go on without the queue.
  queueFault({
    name: "redis: a run holds its lock for ever",
    leaves: LEAVES_A_LOCK,
    names: NAMES_SILENT_QUEUE,
    begin: async (redis) => {
      await redis.call("HSET", key(FOREIGN), ...JOB);
      await redis.call("SET", key(`${FOREIGN}:lock`), "another worker");
      await redis.call("LPUSH", key("active"), FOREIGN);
      return {
        touched: () => waiting(redis),
        // The run ends as BullMQ ends one: nothing of it is left, and the next one is called.
        end: async () => {
          await redis.call("LREM", key("active"), 0, FOREIGN);
          await redis.call("SREM", key("stalled"), FOREIGN);
          await redis.call("DEL", key(FOREIGN), key(`${FOREIGN}:lock`));
          await redis.call("ZADD", key("marker"), 0, "0");
        },
      };
    },
  }),
  // A run that has ended and still keeps every other one away. The program must see that it has ended.
  queueFault({
    name: "redis: a run that is over keeps others away",
    leaves: LEAVES_A_LOCK,
    begin: async (redis) => {
      await redis.call("HSET", key(FOREIGN), ...JOB, "finishedOn", "1700000000001", "returnvalue", "null");
      await redis.call("ZADD", key("completed"), Date.now(), FOREIGN);
      await redis.call("SET", key("de:refresh"), FOREIGN);
      const isThere = async () => (await redis.call("GET", key("de:refresh"))) === FOREIGN;
      return { touched: async () => ((await isThere()) ? 0 : 1), end: async () => undefined };
    },
  }),
];
