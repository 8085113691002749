import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../contracts.mts";
import { FAULT_DURATIONS, PERIOD_MS } from "../stage/fault-durations.mts";
import { copyRedis, putBack } from "./redis-copy.mts";
import { LEAVES_A_LOCK, MET_WITHIN_MS, redisFault } from "./redis-fault.mts";

const SEQUENCE_KEY = "pulseboard:sequence";
const LIST_KEY = "pulseboard:documents";
/** How old the copy is that comes back. */
const COPY_AGE_MS = 2 * PERIOD_MS;
const LOOK_EVERY_MS = 50;

const LEAVES_A_LOST_RUN: Fault["leaves"] = {
  ms: FAULT_DURATIONS.refresh.lockMs,
  what: "a run whose job is gone, until it would renew its lock",
};

// Each is one step: the program writes under these keys too, perhaps something of another type.
const OVERWRITE = `
redis.call("DEL", KEYS[1])
redis.call(unpack(ARGV))
return 1`;
const IS_REPLACED = `
if redis.call("TYPE", KEYS[1]).ok ~= ARGV[1] then return 1 end
return ARGV[1] == "string" and redis.call("GET", KEYS[1]) ~= ARGV[2] and 1 or 0`;

/** Puts something under one of our keys. It is met when the program has put its own there again, and that repairs it. */
function overwritten(what: string, key: string, command: readonly string[], isType: string): Fault {
  return redisFault({
    name: `redis: ${what}`,
    lastsAtLeastMs: MET_WITHIN_MS,
    leaves: LEAVES_A_LOCK,
    begin: async (redis) => {
      await redis.call("EVAL", OVERWRITE, "1", key, ...command);
      const touched = async () => Number(await redis.call("EVAL", IS_REPLACED, "1", key, isType, command.at(-1) ?? ""));
      return { touched, end: async () => undefined };
    },
  });
}

/** Redis loses its data, has older data, or has somebody else's. */
export const REDIS_DATA_FAULTS: readonly Fault[] = [
  redisFault({
    name: "redis: flushed",
    lastsAtLeastMs: 0,
    leaves: LEAVES_A_LOST_RUN,
    begin: async (redis) => {
      const keys = Number(await redis.call("DBSIZE"));
      await redis.call("FLUSHALL");
      return { touched: () => keys, end: async () => undefined };
    },
  }),
  {
    name: "redis: restarted empty",
    occupies: ["redis", "process:redis"],
    lastsAtLeastMs: 0,
    leaves: LEAVES_A_LOST_RUN,
    begin: async ({ processes }) => {
      const before = processes.redis.pid();
      await processes.redis.kill();
      await processes.redis.restart();
      return { touched: () => (processes.redis.pid() === before ? 0 : 1), end: async () => undefined };
    },
  },
  redisFault({
    name: "redis: an older copy of itself comes back",
    lastsAtLeastMs: COPY_AGE_MS + MET_WITHIN_MS,
    leaves: LEAVES_A_LOCK,
    begin: async (redis) => {
      const sequence = async (): Promise<number> => Number(await redis.call("GET", SEQUENCE_KEY));
      const copied = await sequence();
      const copy = await copyRedis(redis);
      let lost = 0;
      let isOver = false;
      const comesBack = (async () => {
        await delay(COPY_AGE_MS);
        // Another fault may keep the worker from publishing, and what has not changed is no older copy.
        while (!isOver && (await sequence()) <= copied) {
          await delay(LOOK_EVERY_MS);
        }
        const before = await sequence();
        await putBack(redis, copy);
        lost = before - (await sequence());
      })();
      // Whoever ends it waits for it; until then its failure is nobody's.
      comesBack.catch(() => undefined);
      const end = async (): Promise<void> => {
        isOver = true;
        await comesBack;
      };
      return { touched: () => Math.max(0, lost), end };
    },
  }),
  overwritten(
    "the highest of all sequences",
    SEQUENCE_KEY,
    ["SET", SEQUENCE_KEY, `${Number.MAX_SAFE_INTEGER}`],
    "string",
  ),
  overwritten("a list as the sequence", SEQUENCE_KEY, ["RPUSH", SEQUENCE_KEY, "1"], "list"),
  overwritten("a text as the list of documents", LIST_KEY, ["SET", LIST_KEY, "not a list"], "string"),
  overwritten("garbage as the snapshot", "mobile:snapshot", ["SET", "mobile:snapshot", '{"sequence":'], "string"),
  overwritten("a list as the snapshot", "mobile:snapshot", ["RPUSH", "mobile:snapshot", "{}"], "list"),
];
