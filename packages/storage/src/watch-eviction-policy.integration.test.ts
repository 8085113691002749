import type { RedisConnection } from "@pulseboard/redis";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FAST_STORAGE, openRedis } from "./testing/tools.ts";
import { type EvictionPolicyWatch, watchEvictionPolicy } from "./watch-eviction-policy.ts";

let server: TestRedis;
let redis: RedisConnection;
let watch: EvictionPolicyWatch;
let recorded: RecordedLog;
const clock = createFakeClock();

beforeEach(async () => {
  recorded = createRecordedLog();
  server = await startRedis();
  redis = openRedis(server.url, recorded);
  watch = watchEvictionPolicy({ redis, log: recorded.log, clock, durations: FAST_STORAGE });
});
afterEach(async () => {
  watch.close();
  await redis.close();
  await server.stop();
});

/** Lets the watch look until it finds the expected policy. */
const untilDegraded = (reasons: readonly string[]): Promise<void> =>
  vi.waitFor(async () => {
    await clock.advance(60_000);
    expect(watch.degraded()).toEqual(reasons);
  });

test("an unsafe policy degrades readiness while it lasts, with one line for each change", async () => {
  await untilDegraded([]);
  expect(recorded.lines).toEqual([]);
  await server.say("CONFIG SET maxmemory-policy allkeys-lru");
  await untilDegraded(["redis_eviction_policy:allkeys-lru"]);
  await clock.advance(300_000);
  await server.say("CONFIG SET maxmemory-policy noeviction");
  await untilDegraded([]);
  expect(recorded.lines).toMatchObject([
    { level: "warn", policy: "allkeys-lru", msg: expect.stringContaining("may drop documents") },
    { level: "info", msg: expect.stringContaining("noeviction now") },
  ]);
});

test("the last known policy stays while Redis is unavailable", async () => {
  await server.say("CONFIG SET maxmemory-policy volatile-ttl");
  await untilDegraded(["redis_eviction_policy:volatile-ttl"]);
  await server.kill();
  await clock.advance(300_000);
  expect(watch.degraded()).toEqual(["redis_eviction_policy:volatile-ttl"]);
});
