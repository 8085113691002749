import { setTimeout as delay } from "node:timers/promises";
import { startRedis } from "@pulseboard/testing/servers";
import { expect, it } from "vitest";
import type { Stage } from "../contracts.mts";
import { PERIOD_MS } from "../stage/fault-durations.mts";
import { openRedisConsole } from "./redis-console.mts";
import { REDIS_DATA_FAULTS } from "./redis-data-faults.mts";

const COPY_AGE_MS = 2 * PERIOD_MS;
const LOOKED_MS = 500;
const SEQUENCE_KEY = "pulseboard:sequence";

it("an older copy comes back only when something was published meanwhile", async () => {
  const server = await startRedis();
  const stage = { redisUrl: server.url } as unknown as Stage;
  const redis = await openRedisConsole(stage);
  try {
    await redis.call("SET", SEQUENCE_KEY, "5");
    const fault = REDIS_DATA_FAULTS.find(({ name }) => name === "redis: an older copy of itself comes back");
    const running = await fault?.begin(stage);
    await delay(COPY_AGE_MS + LOOKED_MS);
    expect(await running?.touched()).toBe(0);
    await redis.call("SET", SEQUENCE_KEY, "7");
    await delay(LOOKED_MS);
    expect([await running?.touched(), await redis.call("GET", SEQUENCE_KEY)]).toEqual([2, "5"]);
    await running?.end();
  } finally {
    await redis.close();
    await server.stop();
  }
});
