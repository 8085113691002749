import { type RedisConnection, RedisError } from "@pulseboard/redis";
import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { DocumentStore } from "./document-store.ts";
import { createRedisAnnouncements } from "./redis-announcements.ts";
import { createRedisStore } from "./redis-store.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { FAST_STORAGE, openMemcached, openRedis } from "./testing/tools.ts";

/** One that is no prefix, some that begin another one, and the longest with every kind of character. */
const PREFIXES = ["", "a", "a:", "pulseboard:", "staging:", "-_:0123456789abcdefghijklmnopqxyz"] as const;
/** The longest key that an analysis has. */
const LONG_KEY = `mobile:analysis:${"%E5%B8%81".repeat(20)}USDT`;

describe("Installations with different prefixes in one Redis", () => {
  let server: TestRedis;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.stop());

  const connect = (keyPrefix: string, url = server.url, recorded = createRecordedLog()): RedisConnection => {
    const redis = openRedis(url, recorded, keyPrefix);
    onTestFinished(() => redis.close());
    return redis;
  };
  const storeOf = (redis: RedisConnection): DocumentStore =>
    createRedisStore({ redis, ...createRecordedLog(), durations: FAST_STORAGE });
  const keysOf = (redis: RedisConnection): Promise<string[]> => redis.run(2500, (client) => client.keys("*"));

  test("each read what they have published and said, and nothing else", async () => {
    const stores = PREFIXES.map((prefix) => storeOf(connect(prefix)));
    for (const [index, store] of stores.entries()) {
      expect([await store.sequence(), await store.read(), await store.readStatus?.()]).toEqual([0, null, null]);
      await store.publish(publicationOf(100 - index, ["mobile:snapshot", LONG_KEY, `mobile:${index}`]));
      await store.writeStatus?.(`status ${index}`, 60_000);
    }
    for (const [index, store] of stores.entries()) {
      expect(await store.sequence()).toBe(100 - index);
      expect(await store.read()).toEqual(publicationOf(100 - index, ["mobile:snapshot", LONG_KEY, `mobile:${index}`]));
      expect(await store.readStatus?.()).toBe(`status ${index}`);
    }
  });

  test("remove what they no longer publish, and not what another one has under the same name", async () => {
    const [one, other] = [storeOf(connect("a:")), storeOf(connect("b:"))];
    await one.publish(publicationOf(1, ["mobile:snapshot", "mobile:analysis:GONEUSDT"]));
    await other.publish(publicationOf(1, ["mobile:snapshot", "mobile:analysis:GONEUSDT"]));
    await one.publish(publicationOf(2, ["mobile:snapshot"]));
    expect((await other.read())?.documents.size).toBe(2);
    expect((await one.read())?.documents.size).toBe(1);
  });

  test("do not take over a list that names a key of another one", async () => {
    const redis = connect("b:");
    const [one, other] = [storeOf(connect("a:")), storeOf(redis)];
    await one.publish(publicationOf(1));
    await other.publish(publicationOf(2));
    await redis.run(2500, (client) => client.rpush("b:pulseboard:documents", "a:mobile:snapshot"));
    await expect(other.read()).rejects.toMatchObject({ code: "publication_damaged" });
  });

  test("hear their own announcements only", async () => {
    const open = (prefix: string) => {
      const { log } = createRecordedLog();
      const opened = createRedisAnnouncements({
        redis: connect(prefix),
        log,
        clock: systemClock,
        durations: FAST_STORAGE,
      });
      onTestFinished(() => opened.close());
      return opened;
    };
    const heard: string[] = [];
    const all = PREFIXES.map((prefix) => {
      const announcements = open(prefix);
      announcements.subscribe((sequence) => heard.push(`${prefix} ${sequence}`));
      return announcements;
    });
    await vi.waitFor(
      async () => {
        await Promise.all(all.map((announcements, index) => announcements.announce(index + 1)));
        expect(new Set(heard).size).toBe(PREFIXES.length);
      },
      { timeout: 10_000 },
    );
    expect(new Set(heard)).toEqual(new Set(PREFIXES.map((prefix, index) => `${prefix} ${index + 1}`)));
  });

  test("need rights to keys and channels with their prefix alone, also to find out that Redis is back", async () => {
    await connect("").run(2500, (client) =>
      client.call("ACL", "SETUSER", "tenant", "on", ">secret", "+@all", "resetchannels", "~t:*", "&t:*"),
    );
    const recorded = createRecordedLog();
    const redis = connect("t:", `redis://tenant:secret@127.0.0.1:${server.port}`, recorded);
    const store = storeOf(redis);
    await store.publish(publicationOf(1));
    expect(await store.read()).toEqual(publicationOf(1));
    // Begins an outage, which a probe of every connection ends.
    expect(redis.report(new RedisError("timeout", redis.address, "made up"))).not.toBeNull();
    await vi.waitFor(() => expect(recorded.lines.map(({ level }) => level)).toEqual(["warn", "info"]), 10_000);
    expect((await keysOf(connect(""))).filter((key) => !key.startsWith("t:"))).toEqual([]);
  });
});

describe("Installations with different prefixes in one memcached", () => {
  let server: TestMemcached;
  beforeEach(async () => {
    server = await startMemcached();
  });
  afterEach(() => server.stop());

  const open = (keyPrefix: string): DocumentStore => {
    const store = openMemcached([server.address], createRecordedLog(), { keyPrefix });
    onTestFinished(() => store.close());
    return store;
  };

  test("each read what they have published, and nothing else", async () => {
    const stores = PREFIXES.map(open);
    for (const [index, store] of stores.entries()) {
      expect([await store.sequence(), await store.read()]).toEqual([0, null]);
      await store.publish(publicationOf(100 - index, ["mobile:snapshot", LONG_KEY, `mobile:${index}`]));
    }
    for (const [index, store] of stores.entries()) {
      expect(await store.sequence()).toBe(100 - index);
      expect(await store.read()).toEqual(publicationOf(100 - index, ["mobile:snapshot", LONG_KEY, `mobile:${index}`]));
    }
    expect(await server.say("get -_:0123456789abcdefghijklmnopqxyzmobile:snapshot")).toContain('"sequence":95');
  });

  test("remove what they no longer publish, and not what another one has under the same name", async () => {
    const [one, other, unnamed] = [open("a:"), open("b:"), open("")];
    for (const store of [one, other, unnamed]) {
      await store.publish(publicationOf(1, ["mobile:snapshot", "mobile:analysis:GONEUSDT"]));
    }
    await one.publish(publicationOf(2, ["mobile:snapshot"]));
    expect(await server.say("get a:mobile:analysis:GONEUSDT")).not.toContain("VALUE");
    for (const store of [other, unnamed]) {
      expect((await store.read())?.documents.size).toBe(2);
    }
  });

  test("refuse a key that is too long with its prefix, and read a list of such keys as nothing", async () => {
    const store = open("x".repeat(32));
    const [longest, tooLong] = ["k".repeat(218), "k".repeat(219)];
    await store.publish(publicationOf(1, [longest]));
    expect(await store.read()).toEqual(publicationOf(1, [longest]));
    await expect(store.publish(publicationOf(2, [tooLong]))).rejects.toMatchObject({ code: "bad_publication" });
    const list = JSON.stringify({ sequence: 3, keys: [tooLong] });
    await server.say(`set ${"x".repeat(32)}pulseboard:documents 0 0 ${list.length}\r\n${list}`);
    expect([await store.read(), await store.sequence()]).toEqual([null, 0]);
  });
});
