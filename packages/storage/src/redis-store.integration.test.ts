import type { RedisConnection } from "@pulseboard/redis";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRedisStore } from "./redis-store.ts";
import {
  describeComparedSingles,
  describeComparingStore,
  describeDocumentStore,
  describeFlushableStore,
  describeLastingStore,
  describeSingles,
  publicationOf,
} from "./testing/document-store-conformance.ts";
import { FAST_STORAGE, openRedis } from "./testing/tools.ts";
import { readEvictionPolicy } from "./watch-eviction-policy.ts";

let server: TestRedis;
let redis: RedisConnection;
let placesMade = 0;

beforeAll(async () => {
  server = await startRedis({ args: ["--databases", "1000"] });
  redis = openRedis(server.url);
});
afterAll(async () => {
  await redis.close();
  await server.stop();
});

/** Each place is its own database; each store in it has its own connection, as another process would. */
const createPlace = async () => {
  placesMade += 1;
  const url = `${server.url}/${placesMade}`;
  const connections: RedisConnection[] = [];
  const connect = (): RedisConnection => {
    const connection = openRedis(url);
    connections.push(connection);
    return connection;
  };
  return {
    open: () => createRedisStore({ redis: connect(), ...createRecordedLog(), durations: FAST_STORAGE }),
    flush: () =>
      connect()
        .run(5000, (client) => client.flushdb())
        .then(() => undefined),
    dispose: async () => {
      await Promise.all(connections.map((each) => each.close()));
    },
  };
};
describeDocumentStore("The Redis store", createPlace);
describeComparingStore("The Redis store", createPlace);
describeLastingStore("The Redis store", createPlace);
describeFlushableStore("The Redis store", createPlace);
describeSingles("The Redis store", createPlace);
describeComparedSingles("The Redis store", createPlace);

test("a single document with a sequence beyond all refreshes is damage, and keeps no later one away", async () => {
  const place = await createPlace();
  const store = place.open();
  const days = (sequence: number) => ({
    key: "mobile:days",
    sequence,
    text: JSON.stringify({ sequence, symbols: {} }),
  });
  await store.publish(publicationOf(9));
  await store.publishSingle?.(days(9), 60_000);
  // The one of a worker that has published more since stays.
  expect(await store.publishSingle?.(days(8), 60_000)).toEqual({ published: false, currentSequence: 9 });
  const other = openRedis(`${server.url}/${placesMade}`);
  await other.run(5000, (client) => client.set("mobile:days", days(5_000_000).text));
  await store.publish(publicationOf(10));
  expect(await store.publishSingle?.(days(10), 60_000)).toEqual({ published: true });
  expect(await store.readSingle?.("mobile:days")).toEqual(days(10));
  await other.close();
  await store.close();
  await place.dispose();
});

describe("The Redis store", () => {
  const connections: RedisConnection[] = [];
  const storeAt = (url: string, recorded = createRecordedLog()) => {
    const connection = openRedis(url);
    connections.push(connection);
    return createRedisStore({ redis: connection, ...recorded, durations: FAST_STORAGE });
  };
  afterAll(() => Promise.all(connections.map((each) => each.close())));
  const at = (database: number): string => `${server.url}/${database}`;
  const raw = async (database: number, ...command: [string, ...string[]]): Promise<unknown> => {
    const connection = openRedis(at(database));
    try {
      return await connection.run(5000, (client) => client.call(...command));
    } finally {
      await connection.close();
    }
  };

  test("keeps each document as a plain string under its own key, for any reader of Redis", async () => {
    const publication = publicationOf(3, ["mobile:snapshot", "mobile:analysis:BTCUSDT"]);
    await storeAt(at(900)).publish(publication);
    for (const [key, text] of publication.documents) {
      expect(await raw(900, "GET", key)).toBe(text);
      // It has no lifetime: an old document that says its age is better than none.
      expect(await raw(900, "PTTL", key)).toBe(-1);
    }
    expect(await raw(900, "KEYS", "*")).toHaveLength(4);
    expect(await raw(900, "GET", "pulseboard:sequence")).toBe("3");
  });

  test("removes documents that a new publication lacks, and no keys of other programs", async () => {
    await raw(901, "SET", "bull:jobs", "somebody else's");
    const store = storeAt(at(901));
    await store.publish(publicationOf(1, ["mobile:snapshot", "mobile:analysis:GONEUSDT"]));
    await store.publish(publicationOf(2, ["mobile:snapshot"]));
    expect(await raw(901, "EXISTS", "mobile:analysis:GONEUSDT")).toBe(0);
    expect(await raw(901, "GET", "bull:jobs")).toBe("somebody else's");
  });

  test("forgets the worker's word after its lifetime, and not before", async () => {
    await storeAt(at(905)).writeStatus?.("its word", 300_000);
    expect(await raw(905, "PTTL", "worker:status")).toSatisfy((ms: number) => ms > 200_000 && ms <= 300_000);
    await storeAt(at(905)).writeStatus?.("its next word", 400_000);
    expect(await raw(905, "PTTL", "worker:status")).toSatisfy((ms: number) => ms > 300_000 && ms <= 400_000);
  });

  test("keeps to the database of its URL", async () => {
    await storeAt(at(902)).publish(publicationOf(8));
    expect(await storeAt(at(903)).sequence()).toBe(0);
  });

  test("names the document that was evicted, still knows the sequence, and the next publication heals it", async () => {
    const store = storeAt(at(904));
    await store.publish(publicationOf(5));
    await raw(904, "DEL", "mobile:symbols");
    const failure = await store.read().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "publication_damaged", hint: expect.stringContaining("noeviction") });
    expect(String(failure)).toContain("mobile:symbols");
    expect(await store.sequence()).toBe(5);
    await store.publish(publicationOf(6));
    expect(await store.read()).toEqual(publicationOf(6));
  });

  test.each([
    "",
    "abc",
    "1.5",
    "1e9",
    "-1",
    "inf",
    "9".repeat(30),
    "9007199254740991",
    "100000000001",
    "99999999999",
    "4",
  ])("heals when the sequence was overwritten by %j, which no document carries, and says so once", async (text) => {
    const recorded = createRecordedLog();
    const store = storeAt(at(905), recorded);
    await store.publish(publicationOf(5));
    await raw(905, "SET", "pulseboard:sequence", text);
    for (let look = 0; look < 3; look++) {
      expect(await store.sequence()).toBe(0);
    }
    expect(recorded.linesWith("Ignored")).toHaveLength(text === "" ? 0 : 1);
    expect(await store.publish(publicationOf(4))).toEqual({ published: true });
    expect(await store.read()).toEqual(publicationOf(4));
    expect(await store.sequence()).toBe(4);
    await raw(905, "FLUSHDB");
  });

  test("does not believe a number beyond all that was ever given, though a document carries it", async () => {
    const high = 9_007_199_254_740_991;
    await raw(909, "SET", "pulseboard:sequence", String(high));
    await raw(909, "RPUSH", "pulseboard:documents", "mobile:snapshot");
    await raw(909, "SET", "mobile:snapshot", JSON.stringify({ sequence: high }));
    const store = storeAt(at(909));
    expect(await store.sequence()).toBe(0);
    await expect(store.read()).rejects.toMatchObject({ code: "publication_damaged" });
    expect(await store.publish(publicationOf(6))).toEqual({ published: true });
    expect(await store.read()).toEqual(publicationOf(6));
  });

  test.each([
    ["the sequence", "pulseboard:sequence", ["RPUSH", "pulseboard:sequence", "x"]],
    ["the sequence", "pulseboard:sequence", ["HSET", "pulseboard:sequence", "x", "y"]],
    ["the list", "pulseboard:documents", ["SET", "pulseboard:documents", "x"]],
    ["the snapshot", "mobile:snapshot", ["RPUSH", "mobile:snapshot", "x"]],
  ] as const)("replaces what is not even of the right type where %s should be", async (_, key, [command, ...args]) => {
    const recorded = createRecordedLog();
    const store = storeAt(at(906), recorded);
    await store.publish(publicationOf(5));
    await raw(906, "DEL", key);
    await raw(906, command, ...args);
    await expect(store.read()).rejects.toMatchObject({ code: "publication_damaged" });
    await store.sequence();
    await store.sequence();
    expect(recorded.linesWith("Ignored").length).toBeLessThanOrEqual(1);
    expect(await store.publish(publicationOf(6))).toEqual({ published: true });
    expect(await store.read()).toEqual(publicationOf(6));
    expect(await store.sequence()).toBe(6);
    await raw(906, "FLUSHDB");
  });

  test("takes a thousand symbols and 20 MB at once", async () => {
    const keys = ["mobile:snapshot", ...Array.from({ length: 1000 }, (_, index) => `mobile:analysis:${index}USDT`)];
    const documents = new Map(keys.map((key) => [key, JSON.stringify({ sequence: 1, key, text: "x".repeat(20_000) })]));
    const store = storeAt(at(907));
    const startMs = performance.now();
    expect(await store.publish({ sequence: 1, documents })).toEqual({ published: true });
    const publishedMs = performance.now();
    expect(await store.read()).toEqual({ sequence: 1, documents });
    console.log(
      `20 MB in 1001 documents: published in ${Math.round(publishedMs - startMs)} ms, ` +
        `read in ${Math.round(performance.now() - publishedMs)} ms`,
    );
    await raw(907, "FLUSHDB");
  });

  test("waits for the first contact with Redis before it fails", async () => {
    expect(await storeAt(at(908)).sequence()).toBe(0);
  });
});

describe("The eviction policy", () => {
  test.each(["noeviction", "allkeys-lru"])("is read as it is: %s", async (policy) => {
    await server.say(`CONFIG SET maxmemory-policy ${policy}`);
    expect(await readEvictionPolicy(redis, 2500)).toBe(policy);
  });

  test("is unknown where CONFIG is denied, by rights or because it has another name", async () => {
    await server.say("ACL SETUSER tenant on nopass ~* &* +@all -config");
    const tenant = openRedis(server.url.replace("//", "//tenant:x@"));
    expect(await readEvictionPolicy(tenant, 2500)).toBe("unknown");
    await tenant.close();

    const managed = await startRedis({ args: ["--rename-command", "CONFIG", ""] });
    const connection = openRedis(managed.url);
    expect(await readEvictionPolicy(connection, 2500)).toBe("unknown");
    await managed.kill();
    await expect(readEvictionPolicy(connection, 2500)).rejects.toMatchObject({ name: "RedisError" });
    await connection.close();
  });
});
