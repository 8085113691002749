import type { Fault, RunningFault, Stage } from "../contracts.mts";
import { FAULT_DURATIONS, PERIOD_MS } from "../stage/fault-durations.mts";
import { openRedisConsole, type RedisConsole } from "./redis-console.mts";

const { redis, refresh, server, storage, worker } = FAULT_DURATIONS;

/** Until a run whose end Redis did not take, or whose worker never learned of it, is taken over. */
const TAKEOVER_MS = refresh.lockMs + 2 * refresh.stalledCheckMs;
export const LEAVES_A_LOCK: Fault["leaves"] = {
  ms: redis.maxRetryMs + TAKEOVER_MS,
  what: "a new connection, then the lock of a run that could not be ended, and two looks for such locks",
};

/** The worker's next publication fails, its status says so, and the server reads that; a busy machine takes a second more. */
const NAMED_AFTER_MS = PERIOD_MS + refresh.answerMs + storage.redisLargeMs + server.pollMs + 1_000;
export const NAMES_UNWRITABLE: NonNullable<Fault["names"]> = {
  reasons: ["store_unwritable:redis"],
  afterMs: NAMED_AFTER_MS,
};
/** The queue has run nothing for long; noticed by the next request, told and read as above. */
const SILENCE_NAMED_AFTER_MS = worker.silentQueueMs + 2 * PERIOD_MS + server.pollMs + 1_000;
export const NAMES_SILENT_QUEUE: NonNullable<Fault["names"]> = {
  reasons: ["queue_silent"],
  afterMs: SILENCE_NAMED_AFTER_MS,
};
export const UNTIL_SILENCE_NAMED_MS = SILENCE_NAMED_AFTER_MS + server.pollMs;
/** A fault that lasts so long has to be named. */
export const UNTIL_NAMED_MS = NAMED_AFTER_MS + server.pollMs;
/** The worker publishes at least once in this time. */
export const MET_WITHIN_MS = PERIOD_MS + 500;

interface RedisFaultOptions extends Omit<Fault, "occupies" | "begin"> {
  begin(redis: RedisConsole, stage: Stage): Promise<RunningFault>;
}

/** A fault of Redis that somebody brings about over a connection of his own. */
export function redisFault({ begin, ...fault }: RedisFaultOptions): Fault {
  return {
    ...fault,
    // A Redis that is killed or stopped meanwhile would take the operator's hand with it.
    occupies: ["redis", "process:redis"],
    begin: async (stage) => {
      const console = await openRedisConsole(stage);
      try {
        const running = await begin(console, stage);
        return {
          touched: running.touched,
          end: async () => {
            try {
              await running.end();
            } finally {
              await console.close();
            }
          },
        };
      } catch (error) {
        await console.close();
        throw error;
      }
    },
  };
}
