import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createBullQueue, REFRESH_DURATIONS } from "@pulseboard/refresh";
import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { startHurried } from "../e2e/support/program.mts";

const PATHS = ["/api/snapshot", "/api/dashboard/mobile-data", "/api/dashboard/symbols", "/readyz", "/healthz"];
const REQUESTS = 2000;

test("two thousand requests while there is no snapshot open no connection to Redis, and ask for one refresh", async () => {
  const [redis, folder] = await Promise.all([startRedis(), createTemporaryFolder()]);
  const server = startHurried(
    { worker: false, server: true },
    { REDIS_URL: redis.url, DATA_DIR: folder.path, PORT: "0", HOST: "127.0.0.1" },
  );
  onTestFinished(async () => {
    await server.stop();
    await Promise.all([redis.stop(), folder.remove()]);
  });
  const [, url = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
  const count = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name}:(\\d+)`, "m").exec(await redis.say("INFO stats"))?.[1]);

  const askAll = async (): Promise<void> => {
    for (let sent = 0; sent < REQUESTS; sent += 50) {
      const path = PATHS[(sent / 50) % PATHS.length] ?? "";
      await Promise.all(Array.from({ length: 50 }, async () => (await fetch(url + path)).arrayBuffer()));
    }
  };
  // The first stale request connects the queue.
  await (await fetch(url + PATHS[0])).arrayBuffer();
  const [connections, commands] = [await count("total_connections_received"), await count("total_commands_processed")];
  await askAll();
  // One is that of this question.
  expect((await count("total_connections_received")) - connections).toBeLessThanOrEqual(2);
  expect((await count("total_commands_processed")) - commands).toBeLessThan(REQUESTS / 4);

  const recorded = createRecordedLog();
  const tools = { ...recorded, clock: systemClock };
  const connection = connectRedis({ keyPrefix: "", url: redis.url, ...tools, durations: REDIS_DURATIONS });
  const { queue } = createBullQueue({ redis: connection, ...tools, durations: REFRESH_DURATIONS });
  expect(await queue.depth()).toMatchObject({ waiting: 1, active: 0 });
  await queue.close();
  await connection.close();
});
