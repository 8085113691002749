import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "@pulseboard/runtime";
import { type BlackholeProxy, startBlackholeProxy } from "@pulseboard/testing/blackhole-proxy";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Announcements } from "./document-store.ts";
import { createRedisAnnouncements } from "./redis-announcements.ts";
import { describeAnnouncements } from "./testing/announcements-conformance.ts";
import { FAST_STORAGE, openRedis } from "./testing/tools.ts";

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const PROBE = 999_999;

function openAt(url: string, recorded: RecordedLog = createRecordedLog()) {
  const redis = openRedis(url, recorded);
  const announcements = createRedisAnnouncements({
    redis,
    log: recorded.log,
    clock: systemClock,
    durations: FAST_STORAGE,
  });
  return {
    redis,
    announcements,
    close: async () => {
      await announcements.close();
      await redis.close();
    },
  };
}

/** Announces by the first until the second hears it. */
async function untilHeard(announcer: Announcements, hearer: Announcements): Promise<void> {
  let heard = false;
  const stop = hearer.subscribe((sequence) => {
    heard ||= sequence === PROBE;
  });
  while (!heard) {
    await announcer.announce(PROBE).catch(() => undefined);
    await delay(5);
  }
  stop();
}

describeAnnouncements("Announcements over Redis", async () => {
  const opened: ReturnType<typeof openAt>[] = [];
  return {
    open: async () => {
      const one = openAt(server.url);
      opened.push(one);
      await untilHeard(one.announcements, one.announcements);
      await delay(20);
      return one.announcements;
    },
    dispose: async () => {
      await Promise.all(opened.map((each) => each.close()));
    },
  };
});

describe("Announcements over Redis", () => {
  let worker: ReturnType<typeof openAt>;
  let reader: ReturnType<typeof openAt>;
  let proxy: BlackholeProxy;
  let recorded: RecordedLog;

  beforeEach(async () => {
    recorded = createRecordedLog();
    proxy = await startBlackholeProxy(server.port);
    worker = openAt(server.url);
    reader = openAt(`redis://127.0.0.1:${proxy.port}`, recorded);
    await untilHeard(worker.announcements, reader.announcements);
  });
  afterEach(async () => {
    await Promise.all([worker.close(), reader.close()]);
    await proxy.close();
  });

  test("arrive over another connection, soon", async () => {
    const tookMs: number[] = [];
    for (let sequence = 1; sequence <= 200; sequence++) {
      const startMs = performance.now();
      const heard = new Promise<void>((resolve) => {
        const stop = reader.announcements.subscribe((each) => {
          if (each !== sequence) {
            return;
          }
          stop();
          resolve();
        });
      });
      await worker.announcements.announce(sequence);
      await heard;
      tookMs.push(performance.now() - startMs);
    }
    tookMs.sort((a, b) => a - b);
    const at = (share: number): string => (tookMs[Math.floor(tookMs.length * share)] ?? Number.NaN).toFixed(2);
    console.log(`announcement heard after ${at(0.5)} ms (median), ${at(0.95)} ms (p95), ${at(0.999)} ms (slowest)`);
    expect(tookMs).toHaveLength(200);
  });

  test("are heard again within seconds when the connection was cut off without a word", async () => {
    proxy.partition();
    await untilHeard(worker.announcements, reader.announcements);
    await vi.waitFor(
      () =>
        expect(recorded.lines.map(({ level, outage }) => `${outage} ${level}`)).toEqual(["redis warn", "redis info"]),
      { timeout: 30_000 },
    );
  });

  test("are heard again when Redis was paused, or killed and started again", async () => {
    server.pause();
    await delay(1500);
    await expect(worker.announcements.announce(1)).rejects.toMatchObject({ name: "StoreError", retryable: true });
    server.resume();
    await untilHeard(worker.announcements, reader.announcements);
    await server.restart();
    await untilHeard(worker.announcements, reader.announcements);
  });

  test("can be listened to before Redis is there", async () => {
    await server.kill();
    const early = openAt(server.url);
    const heard: number[] = [];
    early.announcements.subscribe((sequence) => heard.push(sequence));
    await delay(300);
    await server.restart();
    await untilHeard(worker.announcements, early.announcements);
    await worker.announcements.announce(31);
    await vi.waitFor(() => expect(heard).toContain(31));
    await early.close();
  });

  test("say that they are heard when Redis has confirmed it, once, however often the subscription is renewed", async () => {
    let told = 0;
    server.pause();
    const late = openAt(server.url);
    late.announcements.subscribe(
      () => undefined,
      () => {
        told += 1;
      },
    );
    await delay(300);
    expect(told).toBe(0);
    server.resume();
    await vi.waitFor(() => expect(told).toBe(1), { timeout: 10_000 });
    await delay(5 * FAST_STORAGE.resubscribeMs);
    expect(told).toBe(1);
    await late.close();
  });

  test("say that they are heard again after each outage, when Redis can also be read, and not to who has stopped", async () => {
    const reads: Promise<unknown>[] = [];
    const stopped = vi.fn();
    reader.announcements.subscribe(
      () => undefined,
      () => reads.push(reader.redis.run(FAST_STORAGE.redisSmallMs, (client) => client.ping())),
    );
    reader.announcements.subscribe(() => undefined, stopped)();
    expect(stopped).toHaveBeenCalledOnce();
    for (let outage = 1; outage <= 5; outage++) {
      expect(reads).toHaveLength(outage);
      expect(await reads.at(-1)).toBe("PONG");
      await server.restart();
      await vi.waitFor(() => expect(reads).toHaveLength(outage + 1), { timeout: 10_000 });
    }
    expect(await reads.at(-1)).toBe("PONG");
    expect(stopped).toHaveBeenCalledOnce();
  });

  test("ignore messages that are not a sequence", async () => {
    const heard: number[] = [];
    reader.announcements.subscribe((sequence) => heard.push(sequence));
    for (const message of ["", "-1", "0", "1e3", "{}", "9".repeat(400)]) {
      await server.say(`PUBLISH pulseboard:snapshot "${message}"`);
    }
    await worker.announcements.announce(32);
    await vi.waitFor(() => expect(heard).toContain(32));
    expect(heard.filter((each) => each !== PROBE)).toEqual([32]);
  });

  test("that the user may not receive are one outage, however often that is refused", async () => {
    await server.say("ACL SETUSER muted on nopass ~* +@all resetchannels");
    const denied = createRecordedLog();
    const muted = openAt(server.url.replace("//", "//muted:x@"), denied);
    muted.announcements.subscribe(() => undefined);
    await delay(1000);
    expect(denied.lines).toMatchObject([{ level: "warn", outage: "redis", err: { code: "store_denied" } }]);
    await server.say("ACL SETUSER muted allchannels");
    await vi.waitFor(() => expect(denied.lines).toHaveLength(2), { timeout: 5000 });
    await muted.close();
  });

  test("are heard as soon as the connection is made", async () => {
    const fresh = openAt(server.url);
    await worker.announcements.announce(1);
    await untilHeard(worker.announcements, fresh.announcements);
    await fresh.close();
  });

  test("open no second connection for a process that only announces", async () => {
    const count = async (): Promise<number> =>
      (await server.say("CLIENT LIST")).split("\n").filter((line) => line.includes("name=pulseboard")).length;
    const before = await count();
    const quiet = openAt(server.url);
    await quiet.announcements.announce(1);
    expect(await count()).toBe(before + 1);
    await quiet.close();
  });
});
