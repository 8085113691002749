import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { systemClock } from "@pulseboard/runtime";
import {
  createMemcachedStore,
  createRedisAnnouncements,
  createRedisStore,
  STORAGE_DURATIONS,
} from "@pulseboard/storage";
import { startBlackholeProxy } from "@pulseboard/testing/blackhole-proxy";
import { findFreePort } from "@pulseboard/testing/free-port";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { startMemcached, startRedis } from "@pulseboard/testing/servers";
import { expect, it, onTestFinished } from "vitest";
import { SERVER_DURATIONS } from "../durations.ts";
import { samplePublication } from "../testing/sample-documents.ts";
import { openSnapshotSource } from "./snapshot-source.ts";

it("has at once what was published before its subscription was confirmed, and while it was lost", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  // Over this it listens, and at first there is nobody behind it.
  const nobody = await findFreePort();
  const proxy = await startBlackholeProxy(nobody);
  onTestFinished(() => proxy.close());
  const { log, outages } = createRecordedLog();
  const tools = { log, outages, clock: systemClock, durations: STORAGE_DURATIONS };
  const connect = (url: string) => {
    const connection = connectRedis({ ...tools, keyPrefix: "", url, durations: REDIS_DURATIONS });
    onTestFinished(() => connection.close());
    return connection;
  };
  const store = createRedisStore({ ...tools, redis: connect(redis.url) });
  const announcements = createRedisAnnouncements({ ...tools, redis: connect(`redis://127.0.0.1:${proxy.port}`) });
  onTestFinished(() => announcements.close());
  const worker = createRedisAnnouncements({ ...tools, redis: connect(redis.url) });
  onTestFinished(() => worker.close());
  const publish = async (sequence: number): Promise<void> => {
    await store.publish(samplePublication({ sequence }));
    await worker.announce(sequence);
  };

  const accepted: number[] = [];
  const source = await openSnapshotSource({
    ...tools,
    stores: [store],
    announcements,
    origin: "bybit",
    onSnapshot: ({ snapshot }) => void accepted.push(snapshot.sequence),
    onOlder: () => {},
    // It comes to nothing by looking from time to time.
    durations: { ...SERVER_DURATIONS, pollMs: 3_600_000 },
  });
  onTestFinished(() => source.close());
  await publish(1);
  expect(accepted).toEqual([]);
  proxy.redirect(redis.port);
  await expect.poll(() => accepted).toEqual([1]);

  proxy.redirect(nobody);
  await redis.say("CLIENT KILL TYPE pubsub");
  await publish(2);
  expect(accepted).toEqual([1]);
  proxy.redirect(redis.port);
  await expect.poll(() => accepted).toEqual([1, 2]);
});

it("finds a memcached that answers again at its next look, and says so in the log, without a publication", async () => {
  const memcached = await startMemcached();
  onTestFinished(() => memcached.stop());
  const { log, outages, lines } = createRecordedLog();
  const tools = { log, outages, clock: systemClock, durations: STORAGE_DURATIONS };
  const store = createMemcachedStore({ ...tools, servers: [memcached.address], keyPrefix: "", leaveOut: () => false });
  onTestFinished(() => store.close());
  const source = await openSnapshotSource({
    ...tools,
    stores: [store],
    announcements: null,
    origin: "bybit",
    onSnapshot: () => {},
    onOlder: () => {},
    durations: { ...SERVER_DURATIONS, pollMs: 100 },
  });
  onTestFinished(() => source.close());
  await memcached.kill();
  await expect.poll(source.unavailableStores).toEqual(["memcached"]);
  await memcached.restart();
  await expect.poll(source.unavailableStores).toEqual([]);
  expect(lines).toMatchObject([
    { level: "warn", outage: "memcached" },
    { level: "info", outage: "memcached" },
  ]);
});
