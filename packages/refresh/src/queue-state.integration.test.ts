import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { REFRESH_DURATIONS } from "./durations.ts";
import { readQueueState } from "./queue-state.ts";
import { createBullUnderTest, until } from "./testing/bull-under-test.ts";

function connect(keyPrefix: string, url = inject("redisUrl")) {
  const log = createLogger({ level: "silent", pretty: false });
  const outages = createOutageLog(log, systemClock, RUNTIME_DURATIONS);
  const redis = connectRedis({ url, keyPrefix, outages, clock: systemClock, durations: REDIS_DURATIONS });
  onTestFinished(() => redis.close());
  return redis;
}

test("An empty queue has nothing, and is left empty", async () => {
  const redis = connect(`${randomUUID()}:`);
  expect(await readQueueState(redis, REFRESH_DURATIONS)).toEqual({
    ...{ waiting: 0, active: 0, delayed: 0, failed: 0, isPaused: false, oldestWaitingMs: null, workers: [] },
  });
  const client = new Redis(inject("redisUrl"));
  onTestFinished(() => client.disconnect());
  expect(await client.keys(redis.keyOf("*"))).toEqual([]);
});

test("A queue tells what waits and since when, its pause, what failed, and who runs it", async () => {
  const keyPrefix = `${randomUUID()}:`;
  const redis = connect(keyPrefix);
  const bull = createBullUnderTest(inject("redisUrl"), keyPrefix);
  const beforeMs = Date.now();
  await bull.queue.enqueue("schedule");
  const waiting = await readQueueState(redis, REFRESH_DURATIONS);
  expect(waiting).toMatchObject({ waiting: 1, active: 0, workers: [] });
  expect(waiting.oldestWaitingMs).toBeGreaterThanOrEqual(beforeMs);
  expect(waiting.oldestWaitingMs).toBeLessThanOrEqual(Date.now());

  await (await bull.boardQueue()).pause();
  expect(await readQueueState(redis, REFRESH_DURATIONS)).toMatchObject({ waiting: 1, isPaused: true });
  await (await bull.boardQueue()).resume();

  bull.consume(async () => {
    throw new Error("no");
  });
  await until("the failure", async () => (await readQueueState(redis, REFRESH_DURATIONS)).failed === 1);
  expect(await readQueueState(redis, REFRESH_DURATIONS)).toMatchObject({
    ...{ waiting: 0, active: 0, oldestWaitingMs: null, workers: [`${hostname()}:${process.pid}`] },
  });
});

test("A worker of another installation is none of ours", async () => {
  const bull = createBullUnderTest(inject("redisUrl"), `${randomUUID()}:`);
  bull.consume(async () => undefined);
  await bull.queue.enqueue("schedule");
  await until("the run", async () => (await bull.queue.depth()).waiting === 0);
  expect((await readQueueState(connect(`${randomUUID()}:`), REFRESH_DURATIONS)).workers).toEqual([]);
});

test("A Redis that is away is an error of the queue", async () => {
  await expect(readQueueState(connect("", "redis://127.0.0.1:1"), REFRESH_DURATIONS)).rejects.toMatchObject({
    code: "queue_unreachable",
  });
});
