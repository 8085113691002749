import type { RedisConnection } from "@pulseboard/redis";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { DocumentStore, Publication } from "./document-store.ts";
import { createRedisStore } from "./redis-store.ts";
import { StoreError } from "./store-error.ts";
import { FAST_STORAGE, openRedis } from "./testing/tools.ts";

/** Each fills a chunk by itself. */
const DOCUMENT_LENGTH = 300_000;
const DOCUMENTS = 5;
/** The list, the documents one by one, the switch. */
const SWITCH = 1 + DOCUMENTS;

let server: TestRedis;
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.stop());

function connect(credentials = "", keyPrefix = ""): RedisConnection {
  const redis = openRedis(`redis://${credentials}127.0.0.1:${server.port}`, createRecordedLog(), keyPrefix);
  onTestFinished(() => redis.close());
  return redis;
}

const storeOver = (redis: RedisConnection, redisStagedMs = FAST_STORAGE.redisStagedMs): DocumentStore =>
  createRedisStore({ redis, ...createRecordedLog(), durations: { ...FAST_STORAGE, redisStagedMs } });

/** The connection of a publisher to which `happens` happens before each of its steps (0: the list is staged). */
function interrupted(redis: RedisConnection, happens: (step: number) => Promise<unknown>): RedisConnection {
  let step = 0;
  return {
    ...redis,
    run: async (deadlineMs, command, options) => {
      await happens(step++);
      return redis.run(deadlineMs, command, options);
    },
  };
}

/** `happens` before the step of that number only. */
const atStep = (wanted: number, happens: () => Promise<unknown>) => (step: number) =>
  step === wanted ? happens() : Promise.resolve();

function large(sequence: number): Publication {
  const names = ["mobile:snapshot", ...Array.from({ length: DOCUMENTS - 1 }, (_, index) => `mobile:analysis:${index}`)];
  const texts = names.map(
    (name) => [name, JSON.stringify({ sequence, name, text: "ü".repeat(DOCUMENT_LENGTH) })] as const,
  );
  return { sequence, documents: new Map(texts) };
}

async function stagedKeys(redis = connect()): Promise<readonly string[]> {
  return redis.run(5000, (client) => client.keys("*pulseboard:staged:*"));
}

async function lifetimesOfStaged(): Promise<readonly number[]> {
  const redis = connect();
  const keys = await stagedKeys(redis);
  return Promise.all(keys.map((key) => redis.run(5000, (client) => client.pttl(key))));
}

const failureOf = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe("A publication on its way to Redis", () => {
  test("comes in pieces, of which nothing is seen until all of it is; what is staged has a lifetime", async () => {
    const reader = storeOver(connect());
    await reader.publish(large(1));
    const lifetimes: number[] = [];
    const publisher = interrupted(connect(), async () => {
      expect(await reader.read()).toEqual(large(1));
      lifetimes.push(...(await lifetimesOfStaged()));
    });
    expect(await storeOver(publisher).publish(large(2))).toEqual({ published: true });
    expect(await reader.read()).toEqual(large(2));
    // One more with each piece: 1 + 2 + ... + 6.
    expect(lifetimes).toHaveLength((SWITCH * (SWITCH + 1)) / 2);
    expect(Math.min(...lifetimes)).toBeGreaterThan(0);
    expect(await stagedKeys()).toEqual([]);
  });

  test("leaves nothing for ever when its publisher dies in the middle, and the one before stays", async () => {
    const reader = storeOver(connect());
    await reader.publish(large(1));
    const dying = connect();
    const publisher = interrupted(
      dying,
      atStep(SWITCH, () => dying.close()),
    );
    expect(await failureOf(storeOver(publisher, 700).publish(large(2)))).toBeInstanceOf(StoreError);
    expect((await stagedKeys()).length).toBeLessThanOrEqual(SWITCH);
    await vi.waitFor(async () => expect(await stagedKeys()).toEqual([]), { timeout: 10_000, interval: 50 });
    expect(await reader.read()).toEqual(large(1));
  });

  test.each([1, 3, SWITCH])("is brought again when Redis is emptied before step %i", async (step) => {
    const reader = storeOver(connect());
    await reader.publish(large(1));
    const publisher = interrupted(
      connect(),
      atStep(step, () => server.say("FLUSHALL")),
    );
    expect(await storeOver(publisher).publish(large(2))).toEqual({ published: true });
    expect(await reader.read()).toEqual(large(2));
    expect(await stagedKeys()).toEqual([]);
  });

  test("is given up when Redis is emptied each time", async () => {
    const publisher = interrupted(connect(), () => server.say("FLUSHALL"));
    expect(await failureOf(storeOver(publisher).publish(large(2)))).toMatchObject({
      name: "StoreError",
      code: "store_failed",
      retryable: true,
    });
    expect(await connect().run(5000, (client) => client.keys("*"))).toEqual([]);
  });

  test.each([0, 2, SWITCH])("gives way to a newer one that comes before step %i, and leaves nothing", async (step) => {
    const reader = storeOver(connect());
    await reader.publish(large(1));
    const publisher = interrupted(
      connect(),
      atStep(step, () => storeOver(connect()).publish(large(7))),
    );
    expect(await storeOver(publisher).publish(large(2))).toEqual({ published: false, currentSequence: 7 });
    expect(await reader.read()).toEqual(large(7));
    expect(await stagedKeys()).toEqual([]);
  });

  const OUTAGES: readonly (readonly [string, string, string, readonly string[]])[] = [
    ["CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "is out of memory", ["store_out_of_memory"]],
    ["REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "becomes a replica", ["store_read_only"]],
    [
      "CONFIG SET min-replicas-to-write 3",
      "CONFIG SET min-replicas-to-write 0",
      "has no replicas",
      ["store_unwritable"],
    ],
    ["CLIENT KILL TYPE normal", "PING", "cuts the connection", ["store_unreachable"]],
    ["ACL SETUSER default -set -eval", "ACL SETUSER default +@all", "takes its rights away", ["store_denied"]],
  ];
  const CASES = OUTAGES.flatMap(([begin, end, what, codes]) =>
    [0, 3, SWITCH].map((step) => ({ begin, end, what, codes, step })),
  );
  test.each(CASES)(
    "fails when Redis $what before step $step; the one before is whole",
    async ({ begin, end, codes, step }) => {
      const reader = storeOver(connect());
      await reader.publish(large(1));
      const publisher = interrupted(
        connect(),
        atStep(step, () => server.say(begin)),
      );
      const failure = await failureOf(storeOver(publisher).publish(large(2)));
      // At the switch all memory is there already, so that it succeeds. So it does where the connection is made anew in time.
      const isTaken =
        (step === SWITCH && codes.includes("store_out_of_memory")) ||
        (codes.includes("store_unreachable") && !(failure instanceof Error));
      if (isTaken) {
        expect(failure).toEqual({ published: true });
      } else {
        expect(codes).toContain(Object(failure).code);
      }
      await server.say(end);
      await vi.waitFor(async () => expect(await reader.read()).toEqual(large(isTaken ? 2 : 1)), { timeout: 20_000 });
      for (const lifetimeMs of await lifetimesOfStaged()) {
        expect(lifetimeMs).toBeGreaterThan(0);
      }
      await vi.waitFor(
        async () => expect(await storeOver(connect()).publish(large(3))).toEqual({ published: true }),
        20_000,
      );
      expect(await reader.read()).toEqual(large(3));
    },
  );

  test.each([0, 3, SWITCH])("fails while another program's script holds Redis before step %i", async (step) => {
    await server.say("CONFIG SET busy-reply-threshold 1");
    const reader = storeOver(connect());
    await reader.publish(large(1));
    const other = connect();
    let script: Promise<unknown> = Promise.resolve();
    const publisher = interrupted(
      connect(),
      atStep(step, async () => {
        script = failureOf(other.run(60_000, (client) => client.eval("while true do end", 0)));
        await vi.waitFor(async () => expect(await server.say("PING")).toContain("BUSY"), { timeout: 10_000 });
      }),
    );
    expect(await failureOf(storeOver(publisher).publish(large(2)))).toMatchObject({
      code: "store_busy",
      retryable: true,
    });
    await server.say("SCRIPT KILL");
    expect(String(await script)).toContain("killed");
    expect(await reader.read()).toEqual(large(1));
    for (const lifetimeMs of await lifetimesOfStaged()) {
      expect(lifetimeMs).toBeGreaterThan(0);
    }
  });

  test.each(["rename", "persist", "del", "set", "rpush", "pexpire", "exists", "lrange", "getrange", "type"])(
    "by a user who lacks the right to %s changes nothing that readers see",
    async (command) => {
      await connect().run(5000, (client) =>
        client.call("ACL", "SETUSER", "tenant", "on", ">secret", "+@all", "~*", "&*"),
      );
      const reader = storeOver(connect());
      await reader.publish(large(1));
      await server.say(`ACL SETUSER tenant -${command}`);
      expect(await failureOf(storeOver(connect("tenant:secret@")).publish(large(2)))).toMatchObject({
        code: "store_denied",
      });
      expect(await reader.read()).toEqual(large(1));
      expect(await reader.sequence()).toBe(1);
      for (const lifetimeMs of await lifetimesOfStaged()) {
        expect(lifetimeMs).toBeGreaterThan(0);
      }
    },
  );

  test("needs no more rights than the guide gives to an installation with a prefix", async () => {
    const rights = [
      "~staging:*",
      "&staging:*",
      "+@all",
      "-@admin",
      "-@dangerous",
      "+info",
      "+config|get",
      "+client|list",
    ];
    await connect().run(5000, (client) => client.call("ACL", "SETUSER", "staging", "on", ">secret", ...rights));
    const store = storeOver(connect("staging:secret@", "staging:"));
    const forOthers = { texts: new Map([["market:overview", "{}"]]), lifetimeMs: 60_000 };
    expect(await store.publish({ ...large(1), forOthers })).toEqual({ published: true });
    expect(await store.read()).toEqual(large(1));
    const keys = await connect().run(5000, (client) => client.keys("*"));
    expect(keys.filter((key) => !key.startsWith("staging:"))).toEqual([]);
  });
});
