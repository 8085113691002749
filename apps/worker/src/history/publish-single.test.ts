import { createMetrics, systemClock } from "@pulseboard/runtime";
import { createMemoryStore, type DocumentStore, STORAGE_DURATIONS, StoreError } from "@pulseboard/storage";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it } from "vitest";
import { createPublishSingle, readNewestSingle } from "./publish-single.ts";

const KEY = "mobile:days";
const documentOf = (sequence: number) => ({
  key: KEY,
  sequence,
  text: JSON.stringify({ schema_version: 1, sequence }),
});

/** A store that compares, beside a cache. */
function start(changes: Partial<DocumentStore> = {}) {
  const redis: DocumentStore = { ...createMemoryStore(), name: "redis", ...changes };
  const memcached: DocumentStore = { ...createMemoryStore(), name: "memcached", isCache: true };
  const metrics = createMetrics();
  const options = { stores: [memcached, redis], metrics, clock: systemClock, storageDurations: STORAGE_DURATIONS };
  const publishSingle = createPublishSingle({ ...options, ...createRecordedLog() });
  const inCache = async () => (await memcached.readSingle?.(KEY))?.sequence ?? null;
  const read = () => readNewestSingle(KEY, { ...options, ...createRecordedLog() });
  return { publishSingle, inCache, read, redis, metrics };
}

const failingWith = (code: "store_denied" | "store_unreachable"): Partial<DocumentStore> => ({
  publishSingle: () => Promise.reject(new StoreError("no", { code, retryable: true })),
  readSingle: () => Promise.reject(new StoreError("no", { code, retryable: true })),
});

it("publishes to the store that compares and to the cache, and reads the newest", async () => {
  const { publishSingle, inCache, read } = start();
  expect(await publishSingle(documentOf(7))).toBe(true);
  expect(await inCache()).toBe(7);
  expect(await read()).toEqual(documentOf(7));
});

it("leaves the cache alone when another worker has published a newer one", async () => {
  const { publishSingle, inCache, redis } = start();
  await redis.publishSingle?.(documentOf(8), 1e9);
  expect(await publishSingle(documentOf(7))).toBe(false);
  expect(await inCache()).toBeNull();
});

it("leaves the cache alone beside a store that does not let us in: it may be another installation's", async () => {
  const { publishSingle, inCache } = start(failingWith("store_denied"));
  expect(await publishSingle(documentOf(7))).toBe(false);
  expect(await inCache()).toBeNull();
});

it("publishes to the cache alone while the other store is away, and counts that", async () => {
  const { publishSingle, inCache, read, metrics } = start(failingWith("store_unreachable"));
  expect(await publishSingle(documentOf(7))).toBe(true);
  expect(await inCache()).toBe(7);
  expect(await read()).toEqual(documentOf(7));
  expect(await metrics.text()).toMatch(
    /store_errors_total\{store="redis",operation="publish",code="store_unreachable"\} 1/,
  );
});
