import { createLogger, systemClock } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectRedis, type RedisConnection } from "./redis-connection.ts";
import { type EvictionPolicyWatch, watchEvictionPolicy } from "./watch-eviction-policy.ts";

let server: TestRedis;
let redis: RedisConnection;
let watch: EvictionPolicyWatch;
let lines: string[];
const log = createLogger({ level: "info", pretty: true, destination: { write: (line) => lines.push(line) } });
const clock = createFakeClock();

beforeEach(async () => {
  lines = [];
  server = await startRedis();
  redis = connectRedis({ url: server.url, log, clock: systemClock });
  watch = watchEvictionPolicy({ redis, log, clock });
});
afterEach(async () => {
  watch.close();
  await redis.close();
  await server.stop();
});

/** Lets the watch look until it finds what is expected. */
const untilDegraded = (reasons: readonly string[]): Promise<void> =>
  vi.waitFor(async () => {
    await clock.advance(60_000);
    expect(watch.degraded()).toEqual(reasons);
  });

test("a policy that drops documents is told while it lasts, with one line for each change", async () => {
  await untilDegraded([]);
  expect(lines).toEqual([]);
  await server.say("CONFIG SET maxmemory-policy allkeys-lru");
  await untilDegraded(["redis_eviction_policy:allkeys-lru"]);
  await clock.advance(300_000);
  await server.say("CONFIG SET maxmemory-policy noeviction");
  await untilDegraded([]);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/WARN .*may drop documents.*policy=allkeys-lru.*noeviction/);
  expect(lines[1]).toMatch(/INFO .*noeviction now/);
});

test("what was known last is told while Redis is away", async () => {
  await server.say("CONFIG SET maxmemory-policy volatile-ttl");
  await untilDegraded(["redis_eviction_policy:volatile-ttl"]);
  await server.kill();
  await clock.advance(300_000);
  expect(watch.degraded()).toEqual(["redis_eviction_policy:volatile-ttl"]);
});
