import { setTimeout as delay } from "node:timers/promises";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { REFRESH_DURATIONS } from "./durations.ts";
import { type BullUnderTest, createBullUnderTest, until } from "./testing/bull-under-test.ts";

let redis: TestRedis;
beforeEach(async () => {
  redis = await startRedis();
  return () => redis.stop();
});

/** The error of an enqueue that must fail, and how long that took. */
async function failedEnqueue({ queue }: BullUnderTest) {
  const startMs = performance.now();
  const error: unknown = await queue.enqueue("stale").then(
    (outcome) => outcome,
    (thrown: unknown) => thrown,
  );
  return { error, tookMs: performance.now() - startMs };
}

/** How long until an enqueue works again. */
function works({ queue }: BullUnderTest): Promise<number> {
  const enqueue = () =>
    queue.enqueue("schedule").then(
      () => true,
      () => false,
    );
  return until("an enqueue that works", enqueue, 30_000);
}

/** Resolves when the log has exactly one line of the outage's beginning and one of its end. */
async function untilOver({ logged }: BullUnderTest): Promise<void> {
  const count = (text: string): number => logged.filter((line) => line.includes(text)).length;
  await until("the end of the outage", () => count("Redis is available again") > 0);
  expect([count("Redis is unavailable"), count("Redis is available again")]).toEqual([1, 1]);
}

describe("While Redis is unavailable", () => {
  test("an enqueue fails at once, also when Redis never was there, and works as soon as it is", async () => {
    await redis.kill();
    const bull = createBullUnderTest(redis.url);
    for (let attempt = 0; attempt < 3; attempt++) {
      const { error } = await failedEnqueue(bull);
      // The code is not queue_timeout, because it does not wait for its deadline.
      expect(error).toMatchObject({ name: "QueueError", code: "queue_unreachable", retryable: true });
      expect(String(error)).toContain("ECONNREFUSED");
    }
    await expect(bull.queue.depth()).rejects.toMatchObject({ name: "QueueError", code: "queue_unreachable" });
    await delay(300);
    await redis.restart();
    await works(bull);
    await untilOver(bull);
  });

  test("the same goes for a Redis that was stopped before the first contact", async () => {
    redis.pause();
    const bull = createBullUnderTest(redis.url);
    const { error, tookMs } = await failedEnqueue(bull);
    expect(error).toMatchObject({ name: "QueueError", retryable: true });
    expect(tookMs).toBeLessThan(10_000);
    redis.resume();
    await works(bull);
  });

  test("and for one that is stopped later", async () => {
    const bull = createBullUnderTest(redis.url);
    await works(bull);
    redis.pause();
    const { error, tookMs } = await failedEnqueue(bull);
    expect(error).toMatchObject({ name: "QueueError", code: "queue_timeout", retryable: true });
    expect(tookMs).toBeLessThan(10_000);
    redis.resume();
    await works(bull);
  });

  test("its worker waits, and runs again when Redis is back, with one line when the outage begins and one when it ends", async () => {
    const bull = createBullUnderTest(redis.url);
    let runs = 0;
    bull.consume(async () => {
      runs += 1;
    });
    await bull.queue.enqueue("schedule");
    await until("the first run", () => runs === 1);
    await redis.kill();
    await delay(500);
    await redis.restart();
    await works(bull);
    await until("another run", () => runs >= 2);
    await untilOver(bull);
    expect(bull.logged).toHaveLength(2);
  });

  test("its worker gets over a Redis that was stopped for a while", async () => {
    const bull = createBullUnderTest(redis.url);
    let runs = 0;
    bull.consume(async () => {
      runs += 1;
    });
    await bull.queue.enqueue("schedule");
    await until("the first run", () => runs === 1);
    redis.pause();
    await delay(2500);
    redis.resume();
    await works(bull);
    await until("another run", () => runs >= 2);
  });

  test("a run goes on to its end, and the worker takes the next one afterwards", async () => {
    const bull = createBullUnderTest(redis.url);
    let ended = 0;
    bull.consume(async (job) => {
      await delay(600, undefined, { signal: job.signal });
      ended += 1;
    });
    await bull.queue.enqueue("schedule");
    await until("the run", async () => (await bull.records.find("1"))?.state === "active");
    await redis.kill();
    await until("its end", () => ended === 1);
    await redis.restart();
    await works(bull);
    await until("another run", () => ended >= 2);
    expect(bull.logged.join("")).not.toContain("ERROR");
  });

  test.each([
    ["down", () => redis.kill()],
    ["stopped", async () => redis.pause()],
  ])("closing does not wait for Redis: %s", async (_, leave) => {
    const bull = createBullUnderTest(redis.url);
    const consumer = bull.consume(async () => {});
    await bull.queue.enqueue("schedule");
    await until("the run", async () => (await bull.records.find("1"))?.state === "done");
    await leave();
    await delay(300);
    const closing = async () => {
      await consumer.close(10_000);
      await bull.queue.close();
      return true;
    };
    expect(await until("closed", closing)).toBeLessThan(5000);
  });

  test("closing waits for the current run, and no longer than the grace", async () => {
    const bull = createBullUnderTest(redis.url);
    let ended = false;
    const consumer = bull.consume(async () => {
      await delay(600);
      ended = true;
    });
    await bull.queue.enqueue("schedule");
    await until("the run", async () => (await bull.records.find("1"))?.state === "active");
    await redis.kill();
    const tookMs = await until("closed", () => consumer.close(5000).then(() => true));
    expect(ended).toBe(true);
    expect(tookMs).toBeLessThan(5000);
  });
});

describe("A Redis that is there but refuses", () => {
  test("because it is full: the error says so, and requests succeed when there is room again", async () => {
    const bull = createBullUnderTest(redis.url);
    await works(bull);
    await redis.say("CONFIG SET maxmemory 1");
    expect((await failedEnqueue(bull)).error).toMatchObject({ code: "queue_out_of_memory", retryable: true });
    await redis.say("CONFIG SET maxmemory 0");
    await works(bull);
  });

  test("a worker that starts does not ask a full one for jobs without a pause, and runs when there is room again", async () => {
    const bull = createBullUnderTest(redis.url);
    await works(bull);
    await redis.say("CONFIG SET maxmemory 1");
    let runs = 0;
    bull.consume(async () => {
      runs += 1;
    });
    await delay(1500);
    const [, refused] = /errorstat_OOM:count=(\d+)/.exec(await redis.say("INFO errorstats")) ?? [];
    await redis.say("CONFIG SET maxmemory 0");
    await until("the run", () => runs === 1);
    expect(Number(refused)).toBeGreaterThan(0);
    // Without a pause, ten thousand.
    expect(Number(refused)).toBeLessThan(100);
  });

  test("because it is a replica: the error says so, the log has one line each way, and everything works afterwards", async () => {
    const bull = createBullUnderTest(redis.url);
    let runs = 0;
    bull.consume(async () => {
      runs += 1;
    });
    await bull.queue.enqueue("schedule");
    // Its record too, which a replica would refuse.
    await until("the first run", async () => (await bull.records.find("1"))?.state === "done");
    await redis.say("REPLICAOF 127.0.0.1 1");
    const before = process.cpuUsage();
    await delay(1000);
    const cpu = process.cpuUsage(before);
    const { error } = await failedEnqueue(bull);
    expect(error).toMatchObject({ code: "queue_read_only", retryable: true });
    await redis.say("REPLICAOF NO ONE");
    await works(bull);
    await until("another run", () => runs >= 2);
    await untilOver(bull);
    expect(bull.logged.filter((line) => !/Redis is (un)?available/.test(line))).toEqual([]);
    expect((cpu.user + cpu.system) / 1000, "CPU ms in 1000").toBeLessThan(500);
  });

  test("because of a wrong password: the error says so, shows none, and is not worth a retry", async () => {
    await redis.say("CONFIG SET requirepass correct-horse");
    for (const url of [redis.url, redis.url.replace("//", "//default:hunter2@")]) {
      const bull = createBullUnderTest(url);
      const { error } = await failedEnqueue(bull);
      expect(error).toMatchObject({ name: "QueueError", code: "queue_access_denied", retryable: false });
      expect(`${String(error)} ${bull.logged.join("")}`).not.toContain("hunter2");
    }
  });
});

describe("A Redis that is emptied", () => {
  test("in the middle of a run: the run's signal is aborted, and the next request makes a new job", async () => {
    const bull = createBullUnderTest(redis.url);
    let told = 0;
    let runs = 0;
    bull.consume(async (job) => {
      runs += 1;
      if (runs > 1) {
        return;
      }
      await delay(20_000, undefined, { signal: job.signal }).catch((err: unknown) => {
        told += 1;
        throw err;
      });
    });
    await bull.queue.enqueue("schedule");
    await until("the run", () => runs === 1);
    await redis.say("FLUSHALL");
    expect(await bull.records.find("1")).toBeNull();
    expect((await bull.queue.enqueue("schedule")).outcome).toBe("accepted");
    await until("the signal", () => told === 1);
    await until("the next run", () => runs === 2);
  });
});

test.each(["data", "opts"])("A job whose %s cannot be read does not keep the queue busy for ever", async (field) => {
  const durations = { ...REFRESH_DURATIONS, lockMs: 500, stalledCheckMs: 250 };
  const bull = createBullUnderTest(redis.url, "poisoned:", durations);
  await redis.say(`HSET poisoned:pulseboard:refresh:foreign name refresh data {} opts {} timestamp 1 ${field} {oops`);
  await redis.say("LPUSH poisoned:pulseboard:refresh:wait foreign");
  await redis.say("ZADD poisoned:pulseboard:refresh:marker 0 0");
  bull.consume(async () => undefined);
  await until("the end of the job", async () => ["done", "failed"].includes((await stateOf(bull, "foreign")) ?? ""));
  expect(await bull.queue.depth()).toMatchObject({ waiting: 0, active: 0 });
  expect(bull.logged.filter((line) => line.includes("could not be read"))).toHaveLength(1);
  await works(bull);
});

/** Null while it cannot be read. */
async function stateOf({ records }: BullUnderTest, jobId: string): Promise<string | null> {
  try {
    return (await records.find(jobId))?.state ?? null;
  } catch {
    return null;
  }
}

test("Nothing is printed past the log, whatever Redis's eviction policy is", async () => {
  const evicting = await startRedis({ args: ["--maxmemory-policy", "allkeys-lru"] });
  onTestFinished(() => evicting.stop());
  const printed = [vi.spyOn(console, "warn"), vi.spyOn(console, "error"), vi.spyOn(console, "log")];
  const bull = createBullUnderTest(evicting.url);
  let runs = 0;
  bull.consume(async () => {
    runs += 1;
  });
  await bull.queue.enqueue("schedule");
  await until("the run", () => runs === 1);
  await evicting.kill();
  await delay(300);
  expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
});
