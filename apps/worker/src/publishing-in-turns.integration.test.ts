import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { systemClock } from "@pulseboard/runtime";
import { createDiskStore, createMemcachedStore, createRedisStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { startMemcached, startRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, onTestFinished, test, vi } from "vitest";
import { inProcess, prepareWorkers } from "./testing/simulated-worker.ts";

const A_DOCUMENT = /^\{"(?:schema_version|status)":.{0,40}"sequence"|^\{"status":"success","schema_version"/;
const A_PIECE_OF_THE_FILE = /^"\{\\"/;

/** Counts texts of a kind that were made before the event loop had its next turn. */
function inOneTurn(kind: RegExp) {
  let isOneMade = false;
  let made = 0;
  let together = 0;
  return {
    saw: (text: unknown): void => {
      if (typeof text !== "string" || !kind.test(text)) {
        return;
      }
      made += 1;
      together += isOneMade ? 1 : 0;
      isOneMade = true;
      setImmediate(() => {
        isOneMade = false;
      });
    },
    counts: () => ({ made, together }),
  };
}

test("while a real worker publishes to Redis, memcached and a disk, no two documents become text in one turn of the event loop", async () => {
  const [redisServer, memcached, folder] = await Promise.all([startRedis(), startMemcached(), createTemporaryFolder()]);
  const { log, outages } = createRecordedLog();
  const tools = { log, outages, clock: systemClock };
  const redis = connectRedis({ url: redisServer.url, keyPrefix: "", ...tools, durations: REDIS_DURATIONS });
  const durable = createRedisStore({ redis, log, durations: STORAGE_DURATIONS });
  const disk = createDiskStore({ directory: folder.path, ...tools, durations: STORAGE_DURATIONS });
  const cache = createMemcachedStore({
    servers: [memcached.address],
    keyPrefix: "",
    leaveOut: () => false,
    ...tools,
    durations: STORAGE_DURATIONS,
  });
  const moreStores = [durable, disk, cache];
  onTestFinished(async () => {
    await Promise.all(moreStores.map((store) => store.close()));
    await redis.close();
    await Promise.all([redisServer.stop(), memcached.stop(), folder.remove()]);
  });
  const documents = inOneTurn(A_DOCUMENT);
  const pieces = inOneTurn(A_PIECE_OF_THE_FILE);
  const { stringify } = JSON;
  vi.spyOn(JSON, "stringify").mockImplementation((...given: Parameters<typeof stringify>) => {
    const text = stringify(...given);
    documents.saw(text);
    pieces.saw(text);
    return text;
  });
  onTestFinished(() => void vi.restoreAllMocks());

  const { launch, store } = await prepareWorkers({}, { moreStores });
  const worker = await launch(inProcess);
  await vi.waitFor(async () => expect(await durable.sequence()).toBeGreaterThan(3), { timeout: 60_000, interval: 50 });
  await worker.close(5_000);

  const published = await durable.read();
  expect(published?.documents.size).toBeGreaterThanOrEqual(9);
  expect(await store.read()).toEqual(published);
  expect(await cache.read()).toEqual(published);
  expect(await disk.read()).toEqual(published);
  const last = published?.documents.size ?? 0;
  expect(documents.counts().together).toBe(0);
  expect(documents.counts().made).toBeGreaterThan(2 * last);
  expect(pieces.counts().together).toBe(0);
  expect(pieces.counts().made).toBeGreaterThan(2 * last);
});
