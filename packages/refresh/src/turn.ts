import { randomUUID } from "node:crypto";
import type { RedisConnection } from "@pulseboard/redis";
import type { RefreshDurations } from "./durations.ts";
import { toQueueError } from "./queue-error.ts";
import type { RefreshTurn } from "./refresh-queue.ts";

const TAKE = `
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`;

const LEAVE = `
if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end
return 0`;

const IS_TAKEN = `
local holder = redis.call("GET", KEYS[1])
return holder and holder ~= ARGV[1] and 1 or 0`;

export interface TurnOptions {
  readonly redis: RedisConnection;
  readonly key: string;
  readonly durations: Pick<RefreshDurations, "answerMs">;
}

/** The turn as a key in Redis with the name of its holder, which expires with a holder that dies. */
export function createRedisTurn({ redis, key, durations }: TurnOptions): RefreshTurn {
  const self = randomUUID();
  const ask = async (script: string, ...more: readonly string[]): Promise<boolean> => {
    try {
      return (await redis.run(durations.answerMs, (client) => client.eval(script, 1, key, self, ...more))) === 1;
    } catch (thrown) {
      throw toQueueError(thrown);
    }
  };
  return {
    take: (forMs) => ask(TAKE, String(Math.ceil(forMs))),
    isTaken: () => ask(IS_TAKEN),
    leave: async () => void (await ask(LEAVE)),
  };
}
