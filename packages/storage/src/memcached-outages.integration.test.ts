import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startMemcached, type TestMemcached } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MemcachedStore } from "./memcached-store.ts";
import { createMemoryStore } from "./memory-store.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { failureOf } from "./testing/failure-of.ts";
import { openMemcached, openPublisher } from "./testing/tools.ts";

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

const untilBack = () => vi.waitFor(() => store.sequence(), { timeout: 20_000, interval: 20 });
const outageLines = () => recorded.lines.map(({ level, outage }) => `${outage} ${level}`);

describe("While memcached is unavailable", () => {
  test("down: each call fails at once and is counted, with one log line for the beginning and one for the end", async () => {
    await store.publish(publicationOf(1));
    await server.kill();
    await delay(20);
    const calls = [() => store.sequence(), () => store.read(), () => store.publish(publicationOf(2))];
    for (const call of [...calls, ...calls]) {
      const { error } = await failureOf(call());
      expect(error).toMatchObject({ code: "store_unreachable", retryable: true });
      expect(error.message).toContain(server.address);
    }
    expect(store.failures()).toEqual(new Map([["store_unreachable", 6]]));
    await server.restart();
    await untilBack();
    expect(await store.publish(publicationOf(3))).toEqual({ published: true });
    expect(outageLines()).toEqual(["memcached warn", "memcached info"]);
    expect(recorded.lines[0]).toMatchObject({ err: { code: "store_unreachable" } });
  });

  test("paused: each of many calls at once is over within its deadline, and all is well when it goes on", async () => {
    await store.publish(publicationOf(1));
    server.pause();
    const first = await failureOf(store.read());
    expect(first.error.code).toBe("store_timeout");
    expect(first.tookMs).toBeLessThan(20_000);
    // More often than any timeout of a socket: such requests used to keep each other waiting forever.
    const many = [];
    for (let asked = 0; asked < 15; asked++) {
      many.push(failureOf(store.sequence()));
      await delay(25);
    }
    for (const { tookMs } of await Promise.all(many)) {
      expect(tookMs).toBeLessThan(20_000);
    }
    server.resume();
    await untilBack();
    expect(await store.read()).toEqual(publicationOf(1));
    expect(outageLines()).toEqual(["memcached warn", "memcached info"]);
  });

  test("the publisher reports it and goes on", async () => {
    const memory = createMemoryStore();
    const publisher = openPublisher([memory, store], recorded);
    await server.kill();
    const result = await publisher.publish((sequence) => publicationOf(sequence), 0);
    expect(result.outcomes.map((each) => each.outcome)).toEqual(["published", "failed"]);
    await server.restart();
    await untilBack();
    await publisher.publish((sequence) => publicationOf(sequence), 1);
    expect(await store.read()).toEqual(publicationOf(2));
    expect(outageLines()).toEqual(["memcached warn", "memcached info"]);
  });

  test("full: refused writes are one outage until a write succeeds, although reads succeed meanwhile", async () => {
    const full = await startMemcached({ args: ["-m", "1", "-M", "-I", "512k"] });
    const cramped = openMemcached([full.address], recorded);
    await cramped.publish(publicationOf(1));
    const documents = new Map(
      Array.from({ length: 40 }, (_, index) => [
        `mobile:analysis:${index}`,
        `{"sequence":2,"x":"${"x".repeat(200_000)}"}`,
      ]),
    );
    for (let attempt = 0; attempt < 3; attempt++) {
      const { error } = await failureOf(cramped.publish({ sequence: 2, documents }));
      expect(["store_out_of_memory", "store_unreachable"]).toContain(error.code);
      await vi.waitFor(() => cramped.sequence());
    }
    expect(outageLines()).toEqual(["memcached warn"]);
    await full.say("flush_all");
    await vi.waitFor(() => cramped.publish(publicationOf(3)));
    expect(outageLines()).toEqual(["memcached warn", "memcached info"]);
    await cramped.close();
    await full.stop();
  });

  test("closing ends the calls that are in flight", async () => {
    server.pause();
    const waiting = failureOf(store.sequence());
    await delay(50);
    await store.close();
    expect((await waiting).error.code).toBe("store_closed");
  });

  test("neither giving up nor closing leaves a connection open", async () => {
    const connections = async (): Promise<number> =>
      Number(/curr_connections (\d+)/.exec(await server.say("stats"))?.[1]);
    // The one that asks is counted too.
    await vi.waitFor(async () => expect(await connections()).toBe(1));
    server.pause();
    for (let round = 0; round < 3; round++) {
      await failureOf(store.sequence());
      await delay(60);
    }
    server.resume();
    await untilBack();
    await vi.waitFor(async () => expect(await connections()).toBe(2));
    await store.close();
    await vi.waitFor(async () => expect(await connections()).toBe(1));
  });
});

describe("A connection that breaks in a way that memjs does not see", () => {
  let front: Server;
  let addressOfFront: string;
  /** How the proxy treats the next connection; the ones after it go to memcached. */
  let misbehave: ((socket: Socket) => void) | null;

  beforeEach(async () => {
    misbehave = null;
    front = createServer((near) => {
      near.on("error", () => undefined);
      if (misbehave !== null) {
        misbehave(near);
        misbehave = null;
        return;
      }
      const far = connect(server.port, "127.0.0.1");
      far.on("error", () => undefined);
      near.on("close", () => far.destroy());
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const address = front.address();
    addressOfFront = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  });
  afterEach(() => void front.close());

  test.each<[string, (socket: Socket) => void]>([
    ["closed without an answer", (socket) => socket.once("data", () => socket.end())],
    [
      "closed within an answer",
      (socket) => socket.once("data", () => socket.end(Buffer.from("810000000000000000", "hex"))),
    ],
    ["silent after an answer that is no answer", (socket) => socket.once("data", () => socket.write("x".repeat(100)))],
    ["reset", (socket) => socket.once("data", () => socket.resetAndDestroy())],
  ])("is given up when it was %s, and the next one works", async (_, how) => {
    await store.publish(publicationOf(1));
    misbehave = how;
    const behind = openMemcached([addressOfFront]);
    expect((await failureOf(behind.read())).tookMs).toBeLessThan(20_000);
    await vi.waitFor(async () => expect(await behind.read()).toEqual(publicationOf(1)), { timeout: 20_000 });
    await behind.close();
  });
});

// A machine may have no IPv6 at all; the address is the same whether something listens there or not.
test.each(["[::1]:1", "::1:1"])(
  "memcached at the IPv6 address %s is connected to there, and is away like any other",
  async (server) => {
    const away = openMemcached([server], recorded);
    for (const call of [() => away.sequence(), () => away.publish(publicationOf(1))]) {
      const { error } = await failureOf(call());
      expect(error).toMatchObject({ name: "StoreError", code: "store_unreachable" });
      expect(error.message).toMatch(/(ECONNREFUSED|EADDRNOTAVAIL|EAFNOSUPPORT|ENETUNREACH).*::1/);
      await delay(100);
    }
    await away.close();
  },
);
