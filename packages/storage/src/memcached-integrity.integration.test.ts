import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "@pulseboard/runtime";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startMemcached, type TestMemcached } from "@pulseboard/testing/servers";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Publication } from "./document-store.ts";
import { STORAGE_DURATIONS } from "./durations.ts";
import { createMemcachedClient } from "./memcached-client.ts";
import type { MemcachedStore } from "./memcached-store.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { failureOf } from "./testing/failure-of.ts";
import { openMemcached } from "./testing/tools.ts";

let server: TestMemcached;
let store: MemcachedStore;
let recorded: RecordedLog;

beforeEach(async () => {
  recorded = createRecordedLog();
  server = await startMemcached();
  store = openMemcached([server.address], recorded);
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

const setRaw = (key: string, text: string): Promise<string> =>
  server.say(`set ${key} 0 0 ${Buffer.byteLength(text)}\r\n${text}`);
const textOf = (sequence: number, key: string): string => publicationOf(sequence, [key]).documents.get(key) ?? "";

describe("A set that is not whole", () => {
  test("reads as nothing when a document was evicted, still knows its sequence, and heals", async () => {
    await store.publish(publicationOf(5));
    await server.say("delete mobile:symbols");
    expect(await store.read()).toBeNull();
    expect(await store.sequence()).toBe(5);
    await store.publish(publicationOf(6));
    expect(await store.read()).toEqual(publicationOf(6));
  });

  test("is not read to its end, however long its list is", async () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `mobile:${index}`);
    await setRaw("pulseboard:documents", JSON.stringify({ sequence: 5, keys }));
    expect(await store.read()).toBeNull();
    const [, misses] = /get_misses (\d+)/.exec(await server.say("stats")) ?? [];
    expect(Number(misses)).toBeLessThan(1000);
  });

  test("reads as nothing when its list was evicted, and heals", async () => {
    await store.publish(publicationOf(5));
    await server.say("delete pulseboard:documents");
    expect([await store.read(), await store.sequence()]).toEqual([null, 0]);
    await store.publish(publicationOf(6));
    expect(await store.read()).toEqual(publicationOf(6));
  });

  test.each([4, 6])("reads as nothing when a document carries sequence %i and the list 5", async (sequence) => {
    await store.publish(publicationOf(5));
    await setRaw("mobile:symbols", textOf(sequence, "mobile:symbols").replace("ü", "u"));
    expect(await store.read()).toBeNull();
    await store.publish(publicationOf(6));
    expect(await store.read()).toEqual(publicationOf(6));
  });

  test("reads as nothing when it is half written", async () => {
    await store.publish(publicationOf(5));
    await setRaw("mobile:snapshot", '{"sequence":6}');
    expect(await store.read()).toBeNull();
    await setRaw("mobile:symbols", '{"sequence":6}');
    expect(await store.read()).toBeNull();
    await setRaw("pulseboard:documents", '{"sequence":6,"keys":["mobile:snapshot","mobile:symbols"]}');
    expect((await store.read())?.sequence).toBe(6);
  });

  test("reads as nothing when a document is no JSON object with a sequence", async () => {
    await store.publish(publicationOf(5));
    for (const text of ["", "5", "[5]", '{"sequence":"5"}', '{"inner":{"sequence":5}}']) {
      await setRaw("mobile:symbols", text);
      expect(await store.read(), text).toBeNull();
    }
  });

  test.each([
    "",
    "null",
    "[]",
    '{"sequence":"5","keys":["mobile:snapshot"]}',
    '{"sequence":5,"keys":[1]}',
    '{"sequence":5,"keys":[]}',
    '{"sequence":5,"keys":["mobile:snapshot",""]}',
    '{"sequence":5,"keys":["mobile snapshot"]}',
    '{"sequence":5,"keys":["mobile:snapshot\\r\\nflush_all"]}',
    `{"sequence":5,"keys":["mobile:snapshot","${"x".repeat(251)}"]}`,
    '{"sequence":5,"keys":["pulseboard:documents"]}',
    '{"sequence":5,"keys":["mobile:snapshot","mobile:snapshot"]}',
    "{",
  ])("reads as nothing when the list is %j, and heals", async (text) => {
    await store.publish(publicationOf(5));
    await setRaw("pulseboard:documents", text);
    expect([await store.read(), await store.sequence()]).toEqual([null, 0]);
    expect(await store.publish(publicationOf(2))).toEqual({ published: true });
    expect(await store.read()).toEqual(publicationOf(2));
  });

  test("reads as nothing or whole while memcached evicts keys at will", async () => {
    const small = await startMemcached({ args: ["-m", "2"] });
    const cramped = openMemcached([small.address]);
    const keys = Array.from({ length: 20 }, (_, index) => `mobile:analysis:${index}`);
    let nothing = 0;
    for (let sequence = 1; sequence <= 60; sequence++) {
      const text = `{"sequence":${sequence},"text":"${"x".repeat(sequence * 2000)}"}`;
      const documents = new Map(keys.map((key) => [key, text]));
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

  test("is never a mixture when memcached is flushed at any moment", async () => {
    let publishing = true;
    const flushing = (async () => {
      while (publishing) {
        await server.say("flush_all");
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
    const both = openMemcached([server.address, second.address]);
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

/** Publishers that are held up at random, each with its own choice of keys, and keys that are evicted meanwhile. */
const interleavings = fc.record({
  publishers: fc.array(
    fc.array(
      fc.record({
        sequence: fc.integer({ min: 1, max: 30 }),
        keys: fc.integer({ min: 1, max: 6 }),
        delayMs: fc.integer({ min: 0, max: 4 }),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    { minLength: 2, maxLength: 3 },
  ),
  evicted: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
});

test("a reader never takes a mixture and never goes back, however publishers interleave and keys are evicted", async () => {
  const keyOf = (index: number): string => `mobile:analysis:${index}`;
  const setOf = (sequence: number, keys: number): Publication =>
    publicationOf(
      sequence,
      Array.from({ length: keys }, (_, index) => keyOf(index)),
    );
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(interleavings, async ({ publishers, evicted }) => {
      await server.say("flush_all");
      const reader = openMemcached([server.address]);
      let publishing = true;
      let heldSequence = 0;
      const reading = (async () => {
        while (publishing) {
          const sequence = await reader.sequence();
          const found = sequence > heldSequence ? await reader.read() : null;
          // The rule of every reader: never a lower one than it has.
          if (found !== null && found.sequence > heldSequence) {
            expect(found).toEqual(setOf(found.sequence, found.documents.size));
            heldSequence = found.sequence;
            taken += 1;
          }
        }
      })();
      const evicting = (async () => {
        for (const key of evicted) {
          await delay(1);
          await server.say(`delete ${keyOf(key)}`);
        }
      })();
      await Promise.all(
        publishers.map(async (publications) => {
          const publisher = openMemcached([server.address]);
          for (const { sequence, keys, delayMs } of publications) {
            await delay(delayMs);
            await publisher.publish(setOf(sequence, keys));
          }
          await publisher.close();
        }),
      );
      await evicting;
      publishing = false;
      await reading;
      await reader.close();
    }),
    { numRuns: propertyRuns({ quick: 15, thorough: 300 }) },
  );
  expect(taken).toBeGreaterThan(0);
});

test("documents that are left out are neither written nor missed", async () => {
  const picky = openMemcached([server.address], recorded, { leaveOut: (key) => key.startsWith("worker:") });
  await picky.publish(publicationOf(1, ["mobile:snapshot", "worker:state"]));
  expect(await picky.read()).toEqual(publicationOf(1, ["mobile:snapshot"]));
  expect(await server.say("get worker:state")).toBe("END\r\n");
  await picky.close();
});

test("the manifest of a version before is no list: nothing is read by it", async () => {
  await setRaw("pulseboard:manifest", '{"sequence":9,"documents":{"mobile:snapshot":"digest"}}');
  await setRaw("mobile:snapshot", textOf(9, "mobile:snapshot"));
  expect([await store.read(), await store.sequence()]).toEqual([null, 0]);
});

describe("A document beyond the item limit", () => {
  const withLarge = (sequence: number, bytes: number) => {
    const text = `{"sequence":${sequence},"text":""}`;
    const large = text.replace('""', `"${"x".repeat(bytes - text.length)}"`);
    return {
      sequence,
      documents: new Map([...publicationOf(sequence).documents, ["mobile:analysis:LARGEUSDT", large]]),
    };
  };

  test("is left out with one line and its old value removed; the set reads as nothing, single keys can be read", async () => {
    await store.publish(withLarge(1, 1_000_000));
    expect(await store.read()).toEqual(withLarge(1, 1_000_000));
    for (const sequence of [2, 3, 4]) {
      expect(await store.publish(withLarge(sequence, 1_100_000))).toEqual({ published: true });
    }
    expect(recorded.lines).toMatchObject([
      { msg: "Too large for memcached: left out", key: "mobile:analysis:LARGEUSDT", maxItemBytes: 1_048_576 },
    ]);
    expect(await store.read()).toBeNull();
    expect(await store.sequence()).toBe(4);
    expect(await server.say("get mobile:analysis:LARGEUSDT")).toBe("END\r\n");
    expect(await server.say("get mobile:snapshot")).toContain('"sequence":4');

    await store.publish(withLarge(5, 900_000));
    expect(await store.read()).toEqual(withLarge(5, 900_000));
    await store.publish(withLarge(6, 1_100_000));
    expect(recorded.lines).toHaveLength(2);
  });

  test.each([1_048_576, 2_097_152])("has the server's own limit, to the last byte that counts: %i", async (limit) => {
    const tuned = await startMemcached({ args: ["-I", `${limit}`] });
    const there = openMemcached([tuned.address]);
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
  const there = openMemcached([large.address]);
  const keys = Array.from({ length: 1001 }, (_, index) => `mobile:analysis:${index}`);
  const documents = new Map(keys.map((key) => [key, `{"sequence":1,"text":"${key}${"x".repeat(20_000)}"}`]));
  const startMs = performance.now();
  expect(await there.publish({ sequence: 1, documents })).toEqual({ published: true });
  const publishedMs = performance.now();
  expect(await there.read()).toEqual({ sequence: 1, documents });
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

test.each([
  [9_007_199_254_740_991, 9_007_199_254_740_991],
  [99_999_999_999, 7],
  [100_000_000_001, 100_000_000_001],
])(
  "a list with the number %i and a document with %i does not count, which is said once, and is replaced",
  async (listed, held) => {
    await store.publish(publicationOf(7));
    const set = async (key: string, text: string): Promise<string> =>
      server.say(`set ${key} 0 0 ${Buffer.byteLength(text)}\r\n${text}`);
    await set("pulseboard:documents", JSON.stringify({ sequence: listed, keys: ["mobile:snapshot"] }));
    await set("mobile:snapshot", JSON.stringify({ sequence: held }));
    for (let look = 0; look < 3; look++) {
      expect(await store.sequence()).toBe(0);
    }
    expect(await store.read()).toBeNull();
    expect(recorded.linesWith("Ignored")).toMatchObject([{ level: "warn", key: "pulseboard:documents" }]);
    await store.publish(publicationOf(8));
    expect(await store.sequence()).toBe(8);
    expect(await store.read()).toEqual(publicationOf(8));
  },
);

test("an answer that lies in the socket when a late timer fires is no timeout", async () => {
  const durations = { ...STORAGE_DURATIONS, memcachedCallMs: 50 };
  const hurried = createMemcachedClient({ servers: [server.address], clock: systemClock, durations });
  await hurried.set("key", "text");
  for (let round = 0; round < 5; round++) {
    const late = hurried.get("key");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    expect(await late).toBe("text");
  }
  hurried.close();
});
