import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import type { Stage } from "../contracts.mts";

/** An operator's own connection to the stage's Redis, past the proxies. It lives as long as its fault. */
export interface RedisConsole {
  /** Sends a command and resolves with its answer. */
  call(command: string, ...args: readonly (string | number | Buffer)[]): Promise<unknown>;
  /** The same; texts in the answer come as bytes. */
  callForBytes(command: string, ...args: readonly (string | number | Buffer)[]): Promise<unknown>;
  /** How many commands Redis has refused so far with one of these words, such as "OOM", by its own count. */
  refusals(...words: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

const DEADLINE_MS = 5_000;

export async function openRedisConsole({ redisUrl }: Stage): Promise<RedisConsole> {
  const log = createLogger({ level: "silent", pretty: false });
  const redis = connectRedis({
    url: redisUrl,
    keyPrefix: "",
    outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS),
    clock: systemClock,
    durations: REDIS_DURATIONS,
  });
  const call: RedisConsole["call"] = (command, ...args) =>
    redis.run(DEADLINE_MS, (client) => client.call(command, ...args));
  return {
    call,
    callForBytes: (command, ...args) => redis.run(DEADLINE_MS, (client) => client.callBuffer(command, ...args)),
    refusals: async (...words) => {
      const stats = String(await call("INFO", "errorstats"));
      return words.reduce(
        (sum, word) => sum + Number(new RegExp(`errorstat_${word}:count=(\\d+)`).exec(stats)?.[1] ?? 0),
        0,
      );
    },
    close: () => redis.close(),
  };
}
