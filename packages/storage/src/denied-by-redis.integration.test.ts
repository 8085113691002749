import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { PublicationContent } from "./document-store.ts";
import type { Publisher } from "./publisher.ts";
import { createRedisStore } from "./redis-store.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { FAST_STORAGE, openDisk, openMemcached, openPublisher, openRedis } from "./testing/tools.ts";

const build = (sequence: number): PublicationContent => publicationOf(sequence);

/** The one that another installation has published. */
const OTHERS = 500;

let redis: TestRedis;
let memcached: TestMemcached;
let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
beforeEach(async () => {
  redis = await startRedis();
  memcached = await startMemcached();
  folder = await createTemporaryFolder();
});
afterEach(async () => {
  await redis.stop();
  await memcached.stop();
  await folder.remove();
});

/** A worker's way to its stores, with this user and password in REDIS_URL. */
function openWorker(credentials: string, recorded: RecordedLog = createRecordedLog()): Publisher {
  const connection = openRedis(`redis://${credentials}127.0.0.1:${redis.port}`, recorded);
  const cache = openMemcached([memcached.address], recorded);
  onTestFinished(async () => {
    await cache.close();
    await connection.close();
  });
  const durable = createRedisStore({ redis: connection, log: recorded.log, durations: FAST_STORAGE });
  return openPublisher([cache, durable, openDisk(folder.path)], recorded);
}

const outcomesOf = async (publisher: Publisher): Promise<string[]> => {
  const { outcomes } = await publisher.publish(build, await publisher.latest());
  return outcomes.map(({ store, outcome }) => `${store} ${outcome}`);
};

const inMemcached = async (): Promise<string> =>
  /"sequence":(\d+)/.exec(await memcached.say("get mobile:snapshot"))?.[1] ?? "nothing";

const say = async (...lines: readonly string[]): Promise<void> => {
  for (const line of lines) {
    expect(await redis.say(line)).toContain("+OK");
  }
};

describe("A worker that Redis does not let in", () => {
  beforeEach(async () => {
    const ours = openMemcached([memcached.address]);
    await ours.publish(publicationOf(OTHERS));
    await ours.close();
  });

  test.each<{ readonly by: string; readonly credentials: string; readonly setup: readonly string[] }>([
    { by: "NOAUTH", credentials: "", setup: ["CONFIG SET requirepass right"] },
    { by: "WRONGPASS", credentials: "default:wrong@", setup: ["CONFIG SET requirepass right"] },
    {
      by: "NOPERM, for its keys",
      credentials: "tenant:secret@",
      setup: ["ACL SETUSER tenant on >secret ~other:* &* +@all"],
    },
    {
      by: "NOPERM, for its scripts",
      credentials: "tenant:secret@",
      setup: ["ACL SETUSER tenant on >secret ~* &* +@all -eval"],
    },
    {
      by: "a refusal within its script",
      credentials: "tenant:secret@",
      setup: ["ACL SETUSER tenant on >secret ~* &* +@all -rpush"],
    },
  ])(
    "by $by, publishes to its disk and leaves memcached as it is, and says so once",
    async ({ credentials, setup }) => {
      await say(...setup);
      const recorded = createRecordedLog();
      const worker = openWorker(credentials, recorded);
      for (let refreshes = 0; refreshes < 3; refreshes++) {
        expect(await outcomesOf(worker)).toEqual(["memcached withheld", "redis failed", "disk published"]);
        expect(await inMemcached()).toBe(String(OTHERS));
      }
      expect(recorded.linesWith("Nothing is published to caches")).toHaveLength(1);
      expect(JSON.stringify(recorded.lines)).not.toMatch(/wrong@|secret/);
    },
  );

  test("publishes to memcached again as soon as it is let in", async () => {
    await say("ACL SETUSER tenant on >other ~* &* +@all");
    const recorded = createRecordedLog();
    const worker = openWorker("tenant:secret@", recorded);
    expect(await outcomesOf(worker)).toContain("memcached withheld");
    await say("ACL SETUSER tenant >secret");
    await vi.waitFor(async () => expect(await outcomesOf(worker)).toContain("redis published"), 10_000);
    expect(Number(await inMemcached())).toBeGreaterThan(OTHERS);
    expect(recorded.linesWith("Caches are published to again")).toHaveLength(1);
  });

  test("does not take Redis's end for a permission: it was not let in before", async () => {
    await say("CONFIG SET requirepass right");
    const worker = openWorker("default:wrong@");
    expect(await outcomesOf(worker)).toContain("memcached withheld");
    await redis.kill();
    for (let refreshes = 0; refreshes < 3; refreshes++) {
      expect(await outcomesOf(worker)).toEqual(["memcached withheld", "redis failed", "disk published"]);
    }
    expect(await inMemcached()).toBe(String(OTHERS));
  });
});

describe("A worker whose Redis is away", () => {
  test("publishes to memcached all the same, from the start or after it was let in", async () => {
    const before = openWorker("");
    expect(await outcomesOf(before)).toContain("redis published");
    await redis.kill();
    expect(await outcomesOf(before)).toEqual(["memcached published", "redis failed", "disk published"]);
    expect(await outcomesOf(openWorker("default:any@"))).toContain("memcached published");
    expect(await inMemcached()).toBe("3");
  });
});
