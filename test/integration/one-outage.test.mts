import { setTimeout as delay } from "node:timers/promises";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createBullQueue, QueueError, REFRESH_DURATIONS } from "@pulseboard/refresh";
import { PulseboardError, systemClock } from "@pulseboard/runtime";
import {
  createDiskStore,
  createMemcachedStore,
  createPublisher,
  createRedisAnnouncements,
  createRedisStore,
  STORAGE_DURATIONS,
  watchEvictionPolicy,
} from "@pulseboard/storage";
import { startBlackholeProxy } from "@pulseboard/testing/blackhole-proxy";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

/** Short where a test waits; deadlines that a busy machine meets, or short ones where something hangs. */
const durationsWith = (deadlineMs: number) => ({
  redis: {
    ...REDIS_DURATIONS,
    connectTimeoutMs: 3000,
    socketTimeoutMs: deadlineMs + 3000,
    blockingSocketTimeoutMs: 7000,
    probeDeadlineMs: 2000,
    minRetryMs: 20,
    maxRetryMs: 100,
    probePeriodMs: 20,
    settleMs: 800,
  },
  storage: {
    ...STORAGE_DURATIONS,
    redisSmallMs: deadlineMs,
    redisLargeMs: deadlineMs,
    memcachedCallMs: deadlineMs,
    resubscribeMs: 50,
    evictionPolicyMs: 50,
    firstEvictionPolicyMs: 50,
    memcachedReconnectMs: 20,
  },
  refresh: REFRESH_DURATIONS,
});
const BUSY_MS = 10_000;
const HANGS_MS = 2000;

let redis: TestRedis;
let memcached: TestMemcached;
let recorded: RecordedLog;
beforeEach(async () => {
  recorded = createRecordedLog();
  [redis, memcached] = await Promise.all([startRedis(), startMemcached()]);
});
afterEach(async () => {
  await Promise.all([redis.stop(), memcached.stop()]);
});

/** Everything of one process that uses Redis and memcached, each part busy until the test ends. */
async function startEverything(url: string, deadlineMs: number) {
  const durations = durationsWith(deadlineMs);
  const { log, outages } = recorded;
  const clock = systemClock;
  const connection = connectRedis({ keyPrefix: "", url, outages, clock, durations: durations.redis });
  const tools = { log, outages, clock, durations: durations.storage };
  const announcements = createRedisAnnouncements({ redis: connection, ...tools });
  const folder = await createTemporaryFolder();
  const cache = createMemcachedStore({ keyPrefix: "", servers: [memcached.address], leaveOut: () => false, ...tools });
  const stores = [
    cache,
    createRedisStore({ redis: connection, log, durations: durations.storage }),
    createDiskStore({ directory: folder.path, ...tools }),
  ];
  const publisher = createPublisher({ stores, ...tools });
  const policy = watchEvictionPolicy({ redis: connection, ...tools });
  const bull = createBullQueue({ redis: connection, log, clock, durations: durations.refresh });
  const counts = { runs: 0, heard: 0, published: 0 };
  const consumer = bull.consume(async () => {
    counts.runs += 1;
  });
  announcements.subscribe(() => {
    counts.heard += 1;
  });

  let isOpen = true;
  const repeat = async (work: () => Promise<unknown>): Promise<void> => {
    while (isOpen) {
      await work().catch((error: unknown) => {
        expect(error).toBeInstanceOf(PulseboardError);
      });
      await delay(40);
    }
  };
  const work = [
    // As the worker does: publish and announce; ask the queue.
    repeat(async () => {
      const { sequence } = await publisher.publish(
        (next) => ({ documents: new Map([["mobile:snapshot", `{"sequence":${next}}`]]) }),
        await publisher.latest(),
      );
      counts.published += 1;
      await announcements.announce(sequence);
    }),
    repeat(() => bull.queue.enqueue("schedule")),
    // As the server does: poll each store; ask for a refresh.
    ...stores.map((store) => repeat(async () => [await store.sequence(), await store.read()])),
    repeat(() => bull.queue.enqueue("stale")),
    repeat(() => bull.queue.depth()),
  ];
  onTestFinished(async () => {
    isOpen = false;
    await consumer.close(200);
    await Promise.all(work);
    policy.close();
    await bull.queue.close();
    await announcements.close();
    await Promise.all(stores.map((store) => store.close()));
    await connection.close();
    await folder.remove();
  });
  await untilAllWorks(counts);
  return { counts };
}

/** Resolves when runs, announcements and publications continue. */
async function untilAllWorks(counts: { readonly runs: number; readonly heard: number; readonly published: number }) {
  const { runs, heard, published } = { ...counts };
  await vi.waitFor(
    () => {
      expect(counts.runs).toBeGreaterThan(runs);
      expect(counts.heard).toBeGreaterThan(heard);
      expect(counts.published).toBeGreaterThan(published);
    },
    { timeout: 30_000, interval: 20 },
  );
}

/** Outages and everything else that is at least a warning. */
const told = () =>
  recorded.lines
    .filter(({ level, outage }) => outage !== undefined || level !== "info")
    .map(({ level, outage, msg }) => `${level} ${outage ?? msg}`);
const untilOver = (what: string) =>
  vi.waitFor(() => expect(told()).toEqual([`warn ${what}`, `info ${what}`]), { timeout: 30_000, interval: 20 });

describe("in one process with stores, queue, announcements and watches, one outage is one line each way", () => {
  test.each<[string, () => Promise<unknown>, () => Promise<unknown>, string]>([
    ["is killed and started again", () => redis.kill(), () => redis.restart(), "store_unreachable"],
    ["hangs", async () => redis.pause(), async () => redis.resume(), "store_timeout"],
    [
      "becomes a replica",
      () => redis.say("REPLICAOF 127.0.0.1 1"),
      () => redis.say("REPLICAOF NO ONE"),
      "store_read_only",
    ],
    [
      "is full",
      () => redis.say("CONFIG SET maxmemory 1"),
      () => redis.say("CONFIG SET maxmemory 0"),
      "store_out_of_memory",
    ],
    [
      "misses its replicas",
      () => redis.say("CONFIG SET min-replicas-to-write 2"),
      () => redis.say("CONFIG SET min-replicas-to-write 0"),
      "store_unwritable",
    ],
  ])("when Redis %s", async (what, begin, end, code) => {
    const { counts } = await startEverything(redis.url, what === "hangs" ? HANGS_MS : BUSY_MS);
    await begin();
    await vi.waitFor(() => expect(recorded.lines).not.toEqual([]), { timeout: 30_000 });
    await delay(1000);
    expect(told()).toEqual(["warn redis"]);
    expect(recorded.lines).toMatchObject([{ err: { code } }]);
    await end();
    await untilOver("redis");
    await untilAllWorks(counts);
    expect(recorded.lines.filter(({ level }) => level === "warn")).toEqual([recorded.lines[0]]);
  });

  test("when all connections to Redis are cut without a word", async () => {
    const proxy = await startBlackholeProxy(redis.port);
    onTestFinished(() => proxy.close());
    const { counts } = await startEverything(`redis://127.0.0.1:${proxy.port}`, HANGS_MS);
    proxy.partition();
    await untilOver("redis");
    await untilAllWorks(counts);
    expect(recorded.lines.filter(({ level }) => level === "warn")).toEqual([recorded.lines[0]]);
  });

  test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ["is killed and started again", () => memcached.kill(), () => memcached.restart()],
    ["hangs", async () => memcached.pause(), async () => memcached.resume()],
  ])("when memcached %s", async (what, begin, end) => {
    const { counts } = await startEverything(redis.url, what === "hangs" ? HANGS_MS : BUSY_MS);
    await begin();
    await vi.waitFor(() => expect(recorded.lines).not.toEqual([]), { timeout: 30_000 });
    await delay(700);
    expect(told()).toEqual(["warn memcached"]);
    await end();
    await untilOver("memcached");
    await untilAllWorks(counts);
    expect(recorded.lines.filter(({ level }) => level === "warn")).toEqual([recorded.lines[0]]);
  });
});

test("an enqueue during an outage fails with the queue's own code", async () => {
  const { outages, log } = recorded;
  const durations = durationsWith(BUSY_MS);
  const connection = connectRedis({
    keyPrefix: "",
    url: redis.url,
    outages,
    clock: systemClock,
    durations: durations.redis,
  });
  onTestFinished(() => connection.close());
  const { queue } = createBullQueue({ redis: connection, log, clock: systemClock, durations: durations.refresh });
  await queue.enqueue("schedule");
  await redis.kill();
  await vi.waitFor(async () => {
    const error: unknown = await queue.enqueue("schedule").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QueueError);
    expect(error).toMatchObject({ code: "queue_unreachable" });
  });
});
