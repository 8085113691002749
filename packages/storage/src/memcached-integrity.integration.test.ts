import { setTimeout as delay } from "node:timers/promises";
import { createLogger, systemClock } from "@pulseboard/runtime";
import { startMemcached, type TestMemcached } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemcachedStore, type MemcachedStore } from "./memcached-store.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { failureOf } from "./testing/failure-of.ts";

let server: TestMemcached;
let store: MemcachedStore;
let lines: string[];
const log = createLogger({ level: "info", pretty: true, destination: { write: (line) => lines.push(line) } });
const storeAt = (...servers: string[]): MemcachedStore => createMemcachedStore({ servers, log, clock: systemClock });

beforeEach(async () => {
  lines = [];
  server = await startMemcached();
  store = storeAt(server.address);
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

const linesWith = (text: string): readonly string[] => lines.filter((line) => line.includes(text));

describe("A set that is not whole", () => {
  const setRaw = (key: string, text: string): Promise<string> =>
    server.say(`set ${key} 0 0 ${Buffer.byteLength(text)}\r\n${text}`);

  test("reads as nothing when a document was evicted, still knows its sequence, and heals", async () => {
    await store.publish(publicationOf(5));
    await server.say("delete mobile:symbols");
    expect(await store.read()).toBeNull();
    expect(await store.sequence()).toBe(5);
    expect(await store.publish(publicationOf(5))).toEqual({ published: false, currentSequence: 5 });
    await store.publish(publicationOf(6));
    expect(await store.read()).toEqual(publicationOf(6));
  });

  test("reads as nothing when a document is of another publication, as after a publisher that died", async () => {
    await store.publish(publicationOf(5));
    await setRaw("mobile:symbols", publicationOf(6).documents.get("mobile:symbols")?.replace("ü", "u") ?? "");
    expect(await store.read()).toBeNull();
    await store.publish(publicationOf(6));
    expect(await store.read()).toEqual(publicationOf(6));
  });

  test.each([
    "",
    "null",
    "[]",
    '{"sequence":"5"}',
    '{"sequence":5,"documents":{"a":1}}',
    '{"sequence":5,"documents":{}}',
    "{",
  ])("reads as nothing when the manifest is %j, and heals", async (text) => {
    await store.publish(publicationOf(5));
    await setRaw("pulseboard:manifest", text);
    expect([await store.read(), await store.sequence()]).toEqual([null, 0]);
    expect(await store.publish(publicationOf(2))).toEqual({ published: true });
  });

  test("reads as nothing or whole while memcached evicts what it likes", async () => {
    const small = await startMemcached({ args: ["-m", "2"] });
    const cramped = storeAt(small.address);
    const keys = Array.from({ length: 20 }, (_, index) => `mobile:analysis:${index}`);
    let nothing = 0;
    for (let sequence = 1; sequence <= 60; sequence++) {
      const documents = new Map(keys.map((key) => [key, `${sequence}:${"x".repeat(sequence * 2000)}`]));
      await cramped.publish({ sequence, documents });
      const held = await cramped.read();
      if (held === null) {
        nothing += 1;
      } else {
        expect(held).toEqual({ sequence, documents });
      }
    }
    expect(nothing).toBeGreaterThan(0);
    expect(nothing).toBeLessThan(60);
    await cramped.close();
    await small.stop();
  });

  test("flush_all at any moment never leaves a mixture", async () => {
    let publishing = true;
    const flushing = (async () => {
      while (publishing) {
        await server.say("flush_all");
        await delay(2);
      }
    })();
    for (let sequence = 1; sequence <= 100; sequence++) {
      await store.publish(publicationOf(sequence));
      const held = await store.read();
      if (held !== null) {
        expect(held).toEqual(publicationOf(sequence));
      }
    }
    publishing = false;
    await flushing;
  });

  test("leaves no document behind that the newest publication lacks", async () => {
    await store.publish(publicationOf(1, ["mobile:snapshot", "mobile:analysis:GONEUSDT"]));
    await store.publish(publicationOf(2, ["mobile:snapshot"]));
    expect(await server.say("get mobile:analysis:GONEUSDT")).toBe("END\r\n");
  });

  test("two servers share the documents; without one of them there is nothing, and both heal", async () => {
    const second = await startMemcached();
    const both = storeAt(server.address, second.address);
    const keys = Array.from({ length: 10 }, (_, index) => `mobile:analysis:${index}`);
    await both.publish(publicationOf(1, keys));
    expect(await both.read()).toEqual(publicationOf(1, keys));
    for (const each of [server, second]) {
      expect(await each.say("stats")).toMatch(/curr_items [1-9]/);
    }
    await second.kill();
    await failureOf(both.read());
    await second.restart();
    await vi.waitFor(async () => expect(await both.read()).toBeNull(), { timeout: 3000 });
    await both.publish(publicationOf(2, keys));
    expect(await both.read()).toEqual(publicationOf(2, keys));
    await both.close();
    await second.stop();
  });
});

describe("A document beyond the item limit", () => {
  const withLarge = (sequence: number, bytes: number) => ({
    sequence,
    documents: new Map([...publicationOf(sequence).documents, ["mobile:analysis:LARGEUSDT", "x".repeat(bytes)]]),
  });

  test("is left out with one line and its old value removed; the set reads as nothing, single keys can be read", async () => {
    await store.publish(withLarge(1, 1_000_000));
    expect(await store.read()).toEqual(withLarge(1, 1_000_000));
    for (const sequence of [2, 3, 4]) {
      expect(await store.publish(withLarge(sequence, 1_100_000))).toEqual({ published: true });
    }
    expect(linesWith("Too large for memcached")).toHaveLength(1);
    expect(lines[0]).toMatch(/key=mobile:analysis:LARGEUSDT bytes=1100\d+ maxItemBytes=1048576/);
    expect(await store.read()).toBeNull();
    expect(await store.sequence()).toBe(4);
    expect(await server.say("get mobile:analysis:LARGEUSDT")).toBe("END\r\n");
    expect(await server.say("get mobile:snapshot")).toContain('"sequence":4');
    expect(linesWith("away")).toEqual([]);

    await store.publish(withLarge(5, 900_000));
    expect(await store.read()).toEqual(withLarge(5, 900_000));
    await store.publish(withLarge(6, 1_100_000));
    expect(linesWith("Too large for memcached")).toHaveLength(2);
  });

  test.each([1_048_576, 2_097_152])("is what the server says, up to the last byte that counts: %i", async (limit) => {
    const tuned = await startMemcached({ args: ["-I", `${limit}`] });
    const there = storeAt(tuned.address);
    const overhead = Buffer.byteLength("mobile:analysis:LARGEUSDT") + 100;
    await there.publish(withLarge(1, limit - overhead));
    expect(await there.read()).toEqual(withLarge(1, limit - overhead));
    await there.publish(withLarge(2, limit - overhead + 1));
    expect(await there.read()).toBeNull();
    await there.close();
    await tuned.stop();
  });
});

test("1001 documents of 20 MB in all go through, batch by batch", async () => {
  const large = await startMemcached({ args: ["-m", "128"] });
  const there = storeAt(large.address);
  const keys = Array.from({ length: 1001 }, (_, index) => `mobile:analysis:${index}`);
  const publication = { sequence: 1, documents: new Map(keys.map((key) => [key, key + "x".repeat(20_000)])) };
  const startMs = performance.now();
  expect(await there.publish(publication)).toEqual({ published: true });
  const publishedMs = performance.now();
  expect(await there.read()).toEqual(publication);
  console.log(
    `20 MB in 1001 documents: published in ${Math.round(publishedMs - startMs)} ms, ` +
      `read in ${Math.round(performance.now() - publishedMs)} ms`,
  );
  await there.close();
  await large.stop();
});

test.each(["a b", "k".repeat(251), "", "ü", "a\n"])("a document under the key %j is refused", async (key) => {
  await expect(store.publish(publicationOf(1, [key]))).rejects.toMatchObject({ code: "bad_publication" });
});
