import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { startMemcached, startRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Publication } from "./document-store.ts";
import { createMemoryStore } from "./memory-store.ts";
import { createRedisStore } from "./redis-store.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { FAST_STORAGE, openDisk, openMemcached, openRedis } from "./testing/tools.ts";

const OVERVIEW = '{"timestamp":1,"text":"ü"}';

function publicationWith(sequence: number, texts: Record<string, string>, lifetimeMs: number): Publication {
  return { ...publicationOf(sequence), forOthers: { texts: new Map(Object.entries(texts)), lifetimeMs } };
}

async function openRedisStore(keyPrefix: string) {
  const server = await startRedis();
  const redis = openRedis(server.url, createRecordedLog(), keyPrefix);
  onTestFinished(async () => {
    await redis.close();
    await server.stop();
  });
  const store = createRedisStore({ redis, ...createRecordedLog(), durations: FAST_STORAGE });
  const call = (...command: [string, ...string[]]) => redis.run(2500, (client) => client.call(...command));
  return { store, call };
}

test("Redis has them with their lifetime, behind the prefix, and they are no documents", async () => {
  const { store, call } = await openRedisStore("x:");
  await store.publish(publicationWith(1, { "market:overview": OVERVIEW, "market:movers": "{}" }, 60_000));
  expect(await call("GET", "x:market:overview")).toBe(OVERVIEW);
  expect(await call("PTTL", "x:market:overview")).toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000);
  expect(await call("PTTL", "x:mobile:snapshot")).toBe(-1);
  expect(await store.read()).toEqual(publicationOf(1));

  // One that is not whole this time stays as it was, until its time is over.
  await store.publish(publicationWith(2, { "market:movers": "{}" }, 60_000));
  expect(await call("GET", "x:market:overview")).toBe(OVERVIEW);
  await store.publish(publicationOf(3));
  expect(await call("EXISTS", "x:market:overview", "x:market:movers")).toBe(2);
});

test("Redis writes them with the documents or not at all", async () => {
  const { store, call } = await openRedisStore("");
  await store.publish(publicationWith(5, { "market:overview": "of 5" }, 60_000));
  expect(await store.publish(publicationWith(4, { "market:overview": "of 4" }, 60_000))).toMatchObject({
    published: false,
  });
  expect(await call("GET", "market:overview")).toBe("of 5");

  await call("CONFIG", "SET", "maxmemory", "1");
  await expect(store.publish(publicationWith(6, { "market:overview": "of 6" }, 60_000))).rejects.toMatchObject({
    code: "store_out_of_memory",
  });
  expect([await call("GET", "market:overview"), await store.sequence()]).toEqual(["of 5", 5]);
});

test("Redis takes whatever another program has left under their keys", async () => {
  const { store, call } = await openRedisStore("");
  await call("LPUSH", "market:overview", "a list");
  await store.publish(publicationWith(1, { "market:overview": OVERVIEW }, 60_000));
  expect(await call("GET", "market:overview")).toBe(OVERVIEW);
});

test("in Redis and memcached they are gone when their time is over, and the documents stay", async () => {
  const { store, call } = await openRedisStore("");
  const server = await startMemcached();
  const cache = openMemcached([server.address], createRecordedLog(), { keyPrefix: "x:" });
  onTestFinished(async () => {
    await cache.close();
    await server.stop();
  });
  const publication = publicationWith(1, { "market:overview": OVERVIEW }, 1500);
  await Promise.all([store.publish(publication), cache.publish(publication)]);
  expect(await server.say("get x:market:overview")).toContain(OVERVIEW);
  await vi.waitFor(
    async () => {
      expect(await call("EXISTS", "market:overview")).toBe(0);
      expect(await server.say("get x:market:overview")).not.toContain("VALUE");
    },
    { timeout: 10_000, interval: 100 },
  );
  expect(await store.read()).toEqual(publicationOf(1));
  expect(await cache.read()).toEqual(publicationOf(1));
});

test("memory and disk leave them out", async () => {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  for (const store of [createMemoryStore(), openDisk(folder.path)]) {
    await store.publish(publicationWith(1, { "market:overview": OVERVIEW }, 1000));
    expect(await store.read()).toEqual(publicationOf(1));
  }
});

test("a text under the key of a document, or of a store's own, is refused before anything is written", async () => {
  const { store } = await openRedisStore("");
  for (const key of ["mobile:snapshot", "pulseboard:sequence"]) {
    await expect(store.publish(publicationWith(1, { [key]: "" }, 1000))).rejects.toMatchObject({
      code: "bad_publication",
    });
  }
  expect(await store.sequence()).toBe(0);
});
