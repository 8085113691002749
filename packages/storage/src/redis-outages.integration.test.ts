import { setTimeout as delay } from "node:timers/promises";
import type { RedisConnection } from "@pulseboard/redis";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DocumentStore } from "./document-store.ts";
import { createMemoryStore } from "./memory-store.ts";
import { createRedisStore } from "./redis-store.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { failureOf } from "./testing/failure-of.ts";
import { FAST_STORAGE, openPublisher, openRedis } from "./testing/tools.ts";

let server: TestRedis;
let redis: RedisConnection;
let store: DocumentStore;
let recorded: RecordedLog;
const storeOver = (connection: RedisConnection) =>
  createRedisStore({ redis: connection, ...createRecordedLog(), durations: FAST_STORAGE });

beforeEach(async () => {
  recorded = createRecordedLog();
  server = await startRedis();
  redis = openRedis(server.url, recorded);
  store = storeOver(redis);
});
afterEach(async () => {
  await redis.close();
  await server.stop();
});

const untilBack = () => vi.waitFor(() => store.sequence(), { timeout: 20_000, interval: 20 });
const outageLines = () => recorded.lines.map(({ level, outage }) => `${outage} ${level}`);
/** The end of an outage is logged by the next probe. */
const untilOver = () =>
  vi.waitFor(() => expect(outageLines()).toEqual(["redis warn", "redis info"]), { timeout: 20_000, interval: 20 });

describe("While Redis is unavailable", () => {
  test("each call fails at once with its reason, and succeeds again after Redis is back", async () => {
    await store.publish(publicationOf(1));
    await server.kill();
    await delay(50);
    for (const call of [() => store.sequence(), () => store.read(), () => store.publish(publicationOf(2))]) {
      const { error } = await failureOf(call());
      expect(error).toMatchObject({ code: "store_unreachable", retryable: true });
      expect(error.message).toContain(`127.0.0.1:${server.port}`);
      expect(error.hint).toContain("REDIS_URL");
    }
    await delay(500);
    await server.restart();
    await untilBack();
    expect(await store.publish(publicationOf(2))).toEqual({ published: true });
  });

  test("one line is logged for its beginning and one for its end, however long it lasts and however many calls fail", async () => {
    await store.sequence();
    await server.kill();
    for (let asked = 0; asked < 20; asked++) {
      await failureOf(store.sequence());
      await delay(20);
    }
    await server.restart();
    await untilOver();
    expect(recorded.lines[0]).toMatchObject({ err: { code: "store_unreachable" } });
  });

  test("a start without Redis is the same, and finds it later", async () => {
    await server.kill();
    const early = openRedis(server.url, recorded);
    const { error } = await failureOf(storeOver(early).sequence());
    expect(error.code).toBe("store_unreachable");
    expect(error.message).toContain("ECONNREFUSED");
    await server.restart();
    await vi.waitFor(() => storeOver(early).sequence(), { timeout: 5000 });
    await early.close();
  });

  test("neither a name that does not exist nor a refused password is repeated with its credentials", async () => {
    await server.say("CONFIG SET requirepass right");
    for (const [host, code] of [
      [`127.0.0.1:${server.port}`, "store_denied"],
      ["no-such-host.invalid", "store_unreachable"],
    ]) {
      const wrong = openRedis(`redis://:hunter2@${host}/0`, recorded);
      const failure = await vi.waitFor(async () => {
        const { error } = await failureOf(storeOver(wrong).sequence());
        expect(error.code).toBe(code);
        return error;
      });
      await delay(300);
      expect(
        `${failure.message} ${failure.hint} ${JSON.stringify(failure)} ${JSON.stringify(recorded.lines)}`,
      ).not.toContain("hunter2");
      await wrong.close();
    }
    expect(recorded.linesWith("store_denied")).toHaveLength(1);
  });

  test("a database that Redis does not have is an error, and no other one is used", async () => {
    const wrong = openRedis(`${server.url}/77`, recorded);
    await vi.waitFor(async () => {
      const { error } = await failureOf(storeOver(wrong).publish(publicationOf(1)));
      expect(error.message).toContain("DB index is out of range");
    });
    expect(await store.sequence()).toBe(0);
    const connectionsMade = async () =>
      Number(/total_connections_received:(\d+)/.exec(await server.say("INFO stats"))?.[1]);
    const before = await connectionsMade();
    await delay(500);
    expect(await connectionsMade(), "it is not tried over and over").toBeLessThanOrEqual(before + 8);
    await wrong.close();
  });
});

describe("While Redis is paused", () => {
  test("each call is answered within its deadline, and everything works again when it goes on", async () => {
    await store.publish(publicationOf(1));
    server.pause();
    const small = await failureOf(store.sequence());
    expect(small.error).toMatchObject({ code: "store_timeout", retryable: true });
    expect(small.tookMs).toBeLessThan(20_000);
    const large = await failureOf(store.read());
    expect(large.tookMs).toBeLessThan(20_000);
    await delay(500);
    expect((await failureOf(store.sequence())).tookMs).toBeLessThan(20_000);
    server.resume();
    await untilBack();
    expect(await store.read()).toEqual(publicationOf(1));
    await untilOver();
  });

  test("a publication that was given up may arrive late, and never replaces a newer one", async () => {
    await store.publish(publicationOf(1));
    server.pause();
    expect((await failureOf(store.publish(publicationOf(2)))).error.code).toBe("store_timeout");
    const late = store.publish(publicationOf(4));
    server.resume();
    expect(await late).toEqual({ published: true });
    expect(await store.publish(publicationOf(3))).toEqual({ published: false, currentSequence: 4 });
    expect(await store.read()).toEqual(publicationOf(4));
  });

  test("a command in flight when the connection breaks is not sent again", async () => {
    await store.publish(publicationOf(1));
    server.pause();
    const cut = failureOf(redis.run(10_000, (client) => client.incr("counted")));
    await server.restart();
    expect((await cut).error.code).toBe("store_unreachable");
    await untilBack();
    expect(await redis.run(5000, (client) => client.get("counted"))).toBeNull();
  });
});

describe("While Redis refuses", () => {
  test("as a read-only replica: the error names the remedy, and reads succeed", async () => {
    await server.say("CONFIG SET repl-diskless-sync-delay 0");
    const replica = await startRedis({ args: ["--replicaof", "127.0.0.1", `${server.port}`] });
    await store.publish(publicationOf(6));
    const connection = openRedis(replica.url, recorded);
    const copy = storeOver(connection);
    await vi.waitFor(async () => expect(await copy.read()).toEqual(publicationOf(6)), { timeout: 10_000 });
    const { error } = await failureOf(copy.publish(publicationOf(7)));
    expect(error).toMatchObject({
      code: "store_read_only",
      retryable: true,
      hint: expect.stringContaining("primary"),
    });
    expect(error.message).not.toContain("script:");
    expect(await copy.read()).toEqual(publicationOf(6));

    await replica.say("REPLICAOF NO ONE");
    expect(await copy.publish(publicationOf(7))).toEqual({ published: true });
    await connection.close();
    await replica.stop();
  });

  test("out of memory: the old publication stays whole, and the next one is accepted when there is room", async () => {
    await store.publish(publicationOf(1));
    await redis.run(5000, (client) => client.set("ballast", "x".repeat(4_000_000)));
    await server.say("CONFIG SET maxmemory 3mb");
    const { error } = await failureOf(store.publish(publicationOf(2, ["mobile:snapshot", "mobile:new"])));
    expect(error).toMatchObject({ code: "store_out_of_memory", hint: expect.stringContaining("maxmemory") });
    expect(await store.read()).toEqual(publicationOf(1));
    await server.say("CONFIG SET maxmemory 0");
    expect(await store.publish(publicationOf(2))).toEqual({ published: true });
  });

  test("a publication that does not fit any more is taken as a whole or not at all", async () => {
    await server.say("CONFIG SET maxmemory 8mb");
    for (let sequence = 1; sequence <= 40; sequence++) {
      const keys = Array.from({ length: sequence }, (_, index) => `mobile:analysis:${index}`);
      const documents = new Map(keys.map((key) => [key, `${sequence}:${"x".repeat(400_000)}`]));
      await store.publish({ sequence, documents }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "store_out_of_memory" });
      });
      const held = await store.read();
      for (const text of held?.documents.values() ?? []) {
        expect(text).toMatch(new RegExp(`^${held?.sequence}:`));
      }
      expect(held?.documents.size ?? 0).toBe(held?.sequence ?? 0);
    }
    expect(await store.sequence()).toBeLessThan(40);
  });

  test("while it loads its data: the error says so, until it has loaded them", async () => {
    const slow = await startRedis({ args: ["--enable-debug-command", "yes"] });
    const connection = openRedis(slow.url, recorded);
    const loading = storeOver(connection);
    await loading.publish(publicationOf(3));
    await connection.run(5000, (client) => client.call("DEBUG", "POPULATE", "20000", "filler", "100"));
    // Each key then takes 100 us to load, two seconds in all, and others are answered meanwhile.
    await slow.say("CONFIG SET key-load-delay 100 loading-process-events-interval-bytes 1024");
    const reload = slow.say("DEBUG RELOAD").catch(() => "");
    const failure = await vi.waitFor(
      async () => {
        const { error } = await failureOf(loading.sequence());
        expect(error.code).toBe("store_loading");
        return error;
      },
      { timeout: 5000, interval: 10 },
    );
    expect(failure.retryable).toBe(true);
    await reload;
    await vi.waitFor(async () => expect(await loading.read()).toEqual(publicationOf(3)), { timeout: 10_000 });
    await connection.close();
    await slow.stop();
  });
});

test("FLUSHALL between two publications costs nothing but the copy: the sequence goes on", async () => {
  const publisher = openPublisher([createMemoryStore(), store], recorded);
  const build = (sequence: number) => publicationOf(sequence);
  for (let published = 0; published < 3; published++) {
    await publisher.publish(build, published);
  }
  await server.say("FLUSHALL");
  expect(await store.read()).toBeNull();
  expect(await publisher.publish(build, 3)).toEqual({
    sequence: 4,
    outcomes: [
      { store: "memory", outcome: "published" },
      { store: "redis", outcome: "published" },
    ],
  });
  expect(await store.read()).toEqual(publicationOf(4));
});

test("FLUSHALL at any moment never leaves a mixture", async () => {
  let publishing = true;
  const flushing = (async () => {
    while (publishing) {
      await server.say("FLUSHALL");
      await delay(3);
    }
  })();
  for (let sequence = 1; sequence <= 200; sequence++) {
    // It is brought again a few times; a Redis that is emptied faster than that refuses.
    const refusal = await store.publish(publicationOf(sequence)).then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal !== null) {
      expect(refusal).toMatchObject({ code: "store_failed", retryable: true });
      continue;
    }
    const held = await store.read();
    if (held !== null) {
      expect(held).toEqual(publicationOf(sequence));
    }
  }
  publishing = false;
  await flushing;
});

test("several publishers go on with one sequence over outages of Redis", async () => {
  const memory = createMemoryStore();
  const publisher = openPublisher([memory, store], recorded);
  const build = (sequence: number) => publicationOf(sequence);
  await publisher.publish(build, 0);
  await server.kill();
  expect((await publisher.publish(build, 1)).outcomes.map((each) => each.outcome)).toEqual(["published", "failed"]);
  await server.restart();
  await untilBack();
  expect((await publisher.publish(build, 2)).sequence).toBe(3);
  expect(await store.read()).toEqual(publicationOf(3));
});
