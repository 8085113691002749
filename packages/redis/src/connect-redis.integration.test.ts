import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { type PulseboardError, systemClock } from "@pulseboard/runtime";
import { type BlackholeProxy, startBlackholeProxy } from "@pulseboard/testing/blackhole-proxy";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { connectRedis, type RedisConnection } from "./connect-redis.ts";
import { REDIS_DURATIONS } from "./durations.ts";

const FAST = {
  ...REDIS_DURATIONS,
  connectTimeoutMs: 3000,
  socketTimeoutMs: 4000,
  blockingSocketTimeoutMs: 5000,
  probeDeadlineMs: 2000,
  minRetryMs: 20,
  maxRetryMs: 100,
  refusedReconnectMs: 400,
  probePeriodMs: 20,
  settleMs: 200,
  quietMs: 500,
};

let server: TestRedis;
let recorded: RecordedLog;
beforeEach(async () => {
  recorded = createRecordedLog();
  server = await startRedis({ args: ["--enable-protected-configs", "yes"] });
});
afterEach(() => server.stop());

function open(url: string): RedisConnection {
  const redis = connectRedis({ keyPrefix: "", url, outages: recorded.outages, clock: systemClock, durations: FAST });
  onTestFinished(() => redis.close());
  return redis;
}

const outageLines = () => recorded.lines.map(({ level, outage }) => `${outage} ${level}`);
const untilOver = () =>
  vi.waitFor(() => expect(outageLines()).toEqual(["redis warn", "redis info"]), { timeout: 20_000, interval: 10 });
const untilNoticed = () =>
  vi.waitFor(() => expect(outageLines()).toEqual(["redis warn"]), { timeout: 20_000, interval: 5 });

/** All kinds of connections of one process, each at its usual work until the test ends. */
async function openAll(url: string) {
  const redis = open(url);
  const subscriber = redis.openSubscriber((client) => void client.subscribe("news").catch(() => undefined));
  const blocking = redis.openBlocking();
  const copy = blocking.client.duplicate();
  let isOpen = true;
  onTestFinished(() => {
    isOpen = false;
  });
  const repeat = async (work: () => Promise<unknown>): Promise<void> => {
    while (isOpen) {
      // The connection reports the failure.
      await work().catch(() => undefined);
      await delay(30);
    }
  };
  void repeat(() => redis.run(1500, (client) => client.set("document", "1")));
  void repeat(() => subscriber.run(1500, (client) => client.subscribe("news")));
  void repeat(() => copy.bzpopmin("jobs", 1).catch((error: unknown) => redis.report(error)));
  await redis.run(5000, (client) => client.ping());
  await subscriber.run(5000, (client) => client.subscribe("news"));
  await Promise.all([blocking.client.ping(), copy.ping()]);
  return redis;
}

describe("One outage is one line when it begins and one when it ends", () => {
  test("when Redis is killed and started again", async () => {
    await openAll(server.url);
    await server.kill();
    await delay(500);
    await server.restart();
    await untilOver();
    expect(recorded.lines[0]).toMatchObject({ err: { code: "store_unreachable" } });
  });

  test("when Redis restarts at once", async () => {
    await openAll(server.url);
    await server.restart();
    await untilOver();
  });

  test("when Redis hangs", async () => {
    await openAll(server.url);
    server.pause();
    await untilNoticed();
    await delay(500);
    expect(outageLines()).toEqual(["redis warn"]);
    server.resume();
    await untilOver();
    expect(recorded.lines[0]).toMatchObject({ err: { code: "store_timeout" } });
    await delay(500);
    expect(recorded.lines).toHaveLength(2);
  });

  test.each<[string, () => Promise<unknown>, () => Promise<unknown>, string]>([
    ["a replica", () => server.say("REPLICAOF 127.0.0.1 1"), () => server.say("REPLICAOF NO ONE"), "store_read_only"],
    [
      "full",
      () => server.say("CONFIG SET maxmemory 1"),
      () => server.say("CONFIG SET maxmemory 0"),
      "store_out_of_memory",
    ],
    [
      "without its replicas",
      () => server.say("CONFIG SET min-replicas-to-write 3"),
      () => server.say("CONFIG SET min-replicas-to-write 0"),
      "store_unwritable",
    ],
    [
      "denying every key",
      () => server.say("ACL SETUSER default resetkeys"),
      () => server.say("ACL SETUSER default ~*"),
      "store_denied",
    ],
  ])("when Redis refuses, being %s", async (_, begin, end, code) => {
    await openAll(server.url);
    await begin();
    await untilNoticed();
    await delay(500);
    expect(recorded.lines).toMatchObject([{ level: "warn", err: { code } }]);
    await end();
    await untilOver();
  });

  test("when Redis asks for a missing password, and later asks for none again", async () => {
    await server.say("CONFIG SET requirepass secret");
    const redis = open(server.url);
    await vi.waitFor(() => expect(recorded.lines).toMatchObject([{ level: "warn", err: { code: "store_denied" } }]));
    await expect(redis.run(5000, (client) => client.ping())).rejects.toMatchObject({
      kind: "denied",
      retryable: false,
    });
    const admin = open(server.url.replace("//", "//:secret@"));
    await admin.run(1000, (client) => client.config("SET", "requirepass", ""));
    await untilOver();
  });

  test("when Redis cannot save and stops writes", async () => {
    await openAll(server.url);
    await server.say("CONFIG SET dir /proc save '3600 1' stop-writes-on-bgsave-error yes");
    await server.say("BGSAVE");
    await vi.waitFor(
      () => expect(recorded.lines).toMatchObject([{ level: "warn", err: { code: "store_unwritable" } }]),
      { timeout: 20_000, interval: 20 },
    );
    await server.say("CONFIG SET stop-writes-on-bgsave-error no");
    await untilOver();
  });

  test("when every connection is cut without a word, whichever notices when", async () => {
    const proxy: BlackholeProxy = await startBlackholeProxy(server.port);
    onTestFinished(() => proxy.close());
    await openAll(`redis://127.0.0.1:${proxy.port}`);
    proxy.partition();
    await untilOver();
    // Longer than the blocking connections take to notice by themselves.
    await delay(1500);
    expect(outageLines()).toEqual(["redis warn", "redis info"]);
  });

  test("that was there before we were", async () => {
    await server.kill();
    await Promise.race([openAll(server.url).catch(() => undefined), untilNoticed()]);
    await delay(300);
    await server.restart();
    await untilOver();
  });
});

describe("A connection", () => {
  test("waits for the first contact with Redis before it fails", async () => {
    expect(await open(server.url).run(1000, (client) => client.ping())).toBe("PONG");
    expect(recorded.lines).toEqual([]);
  });

  test("passes on the error of the command itself, unchanged and without an outage", async () => {
    const defect = new TypeError("undefined is not a function");
    const failing = open(server.url).run(1000, () => Promise.reject(defect));
    await expect(failing).rejects.toBe(defect);
    expect(recorded.lines).toEqual([]);
  });

  test("that may be refused makes no outage of it", async () => {
    await server.say("ACL SETUSER default -config");
    const redis = open(server.url);
    const reading = redis.run(1000, (client) => client.config("GET", "maxmemory"), { mayBeRefused: true });
    await expect(reading).rejects.toMatchObject({ kind: "denied" });
    expect(recorded.lines).toEqual([]);
  });

  test("runs and logs nothing after it was closed, and leaves no socket", async () => {
    const redis = await openAll(server.url);
    await redis.close();
    await expect(redis.run(1000, (client) => client.ping())).rejects.toMatchObject({ kind: "closed" });
    await vi.waitFor(async () => expect(await server.say("CLIENT LIST")).not.toContain("name=pulseboard"));
    expect(recorded.lines).toEqual([]);
  });
});

test.each(["", "localhost:6379", "http://127.0.0.1", "redis://", "redis://h/notadb", "redis://u:hunter2@h/-1"])(
  "the URL %j is refused at once, without repeating it",
  (url) => {
    const connect = () => open(url);
    expect(connect).toThrow(
      expect.objectContaining({ code: "bad_redis_url", hint: expect.stringContaining("redis://") }),
    );
    expect(connect).not.toThrow("hunter2");
  },
);

describe("A Redis that has lost its role to another one", () => {
  test("is left by all connections, though none of them was cut", async () => {
    const other = await startRedis();
    onTestFinished(() => other.stop());
    const name = await startBlackholeProxy(server.port);
    onTestFinished(() => name.close());
    const redis = await openAll(`redis://127.0.0.1:${name.port}`);
    await delay(FAST.refusedReconnectMs);

    name.redirect(other.port);
    await redis.run(1500, (client) => client.replicaof("127.0.0.1", String(other.port)));

    await untilOver();
    expect(recorded.lines[0]).toMatchObject({ err: { code: "store_read_only" } });
    const watching = connectRedis({
      keyPrefix: "",
      url: other.url,
      outages: recorded.outages,
      clock: systemClock,
      durations: FAST,
    });
    onTestFinished(() => watching.close());
    const clients = async (): Promise<string> =>
      String(await watching.run(1500, (client) => client.call("CLIENT", "LIST"), { mayBeRefused: true }));
    await vi.waitFor(async () => expect((await clients()).match(/name=pulseboard/g)).toHaveLength(5), {
      timeout: 5000,
    });
    expect(await clients()).toMatch(/cmd=bzpopmin/);
  });

  test("is not left again and again when nobody else has it: it is still good for reading", async () => {
    const redis = open(server.url);
    await redis.run(1500, (client) => client.replicaof("127.0.0.1", "1"));
    const received = async (): Promise<number> =>
      Number(/total_connections_received:(\d+)/.exec(await server.say("INFO stats"))?.[1]);
    const before = await received();
    for (let round = 0; round < 40; round++) {
      await expect(redis.run(1500, (client) => client.set("document", "1"))).rejects.toThrow();
      await delay(20);
    }
    // Of the 40, those that were FAST.refusedReconnectMs apart, and the question itself.
    expect((await received()) - before).toBeLessThanOrEqual(6);
  });
});

test("an answer that lies in the socket when a late timer fires is no timeout", async () => {
  const redis = open(server.url);
  await redis.run(1500, (client) => client.ping());
  for (let round = 0; round < 5; round++) {
    const late = redis.run(50, (client) => {
      const answer = client.ping();
      blockEventLoop(200);
      return answer;
    });
    expect(await late).toBe("PONG");
  }
  expect(recorded.lines).toEqual([]);
});

/** As a long computation does, or a machine that has no time for this process. */
function blockEventLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test("A Redis that does not let us in is called that at any moment, also while the connection is made again", async () => {
  await open(server.url).run(1500, (client) => client.config("SET", "requirepass", "right"));
  const redis = open(`redis://default:wrong@127.0.0.1:${server.port}`);
  const codes = new Set<string>();
  for (const endMs = performance.now() + 1_000; performance.now() < endMs; await nextTurn()) {
    await redis.run(1500, (client) => client.ping()).catch((error: PulseboardError) => codes.add(error.code));
  }
  expect([...codes]).toEqual(["store_denied"]);
});
