import { setTimeout as delay } from "node:timers/promises";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { QUEUE_NAME, QUEUE_PREFIX } from "./bull-job.ts";
import { createBullUnderTest, until } from "./testing/bull-under-test.ts";
import { describeRefreshQueue } from "./testing/refresh-queue-conformance.ts";

describeRefreshQueue("The queue over Redis", async () => {
  const bull = createBullUnderTest(inject("redisUrl"));
  return { ...bull, pass: (ms) => delay(ms), dispose: () => bull.queue.close() };
});

/** The queue as BullMQ's own tools, such as a board, show it. */
function openBoard(keyPrefix: string): { readonly board: Queue; readonly redis: Redis } {
  const redis = new Redis(inject("redisUrl"), { maxRetriesPerRequest: null });
  const board = new Queue(QUEUE_NAME, { connection: redis, prefix: `${keyPrefix}${QUEUE_PREFIX}` });
  onTestFinished(async () => {
    await board.close();
    redis.disconnect();
  });
  return { board, redis };
}

/** Resolves when the signal is aborted, with the reason. */
function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason), { once: true }));
}

describe("Processes that share a Redis", () => {
  test("make one run of ten operators at once: one is accepted, nine join it", async () => {
    const worker = createBullUnderTest(inject("redisUrl"));
    const operators = Array.from({ length: 10 }, () => createBullUnderTest(inject("redisUrl"), worker.keyPrefix));
    const runs: string[] = [];
    const end = new AbortController();
    const outcomes = await Promise.all(operators.map(({ queue }) => queue.enqueue("operator")));
    worker.consume(async (job) => {
      runs.push(job.id);
      await aborted(end.signal);
    });
    await until("a run", () => runs.length > 0);
    const late = await Promise.all(operators.map(({ queue }) => queue.enqueue("operator")));
    end.abort();
    await delay(300);

    expect(runs).toHaveLength(1);
    const [jobId] = runs;
    expect(outcomes.filter(({ outcome }) => outcome === "accepted")).toEqual([{ outcome: "accepted", jobId }]);
    expect(outcomes.filter(({ outcome }) => outcome === "joined")).toEqual(
      Array(9).fill({ outcome: "joined", jobId, state: "waiting" }),
    );
    expect(late).toEqual(Array(10).fill({ outcome: "joined", jobId, state: "active" }));
  });

  test("leave one job of 1,000 requests at once on a stale snapshot", async () => {
    const { queue, keyPrefix } = createBullUnderTest(inject("redisUrl"));
    const { board } = openBoard(keyPrefix);
    const outcomes = await Promise.all(Array.from({ length: 1000 }, () => queue.enqueue("stale")));
    expect(outcomes.filter(({ outcome }) => outcome === "accepted")).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "joined")).toHaveLength(999);
    expect(await board.getJobCountByTypes("waiting", "prioritized", "active", "completed", "failed")).toBe(1);
  });

  test("never run two at a time, not even of jobs that a board has added by itself", async () => {
    const one = createBullUnderTest(inject("redisUrl"));
    const other = createBullUnderTest(inject("redisUrl"), one.keyPrefix);
    const { board } = openBoard(one.keyPrefix);
    let running = 0;
    let most = 0;
    const ranIn = { one: 0, other: 0 };
    const handler = (process: "one" | "other") => async () => {
      ranIn[process] += 1;
      most = Math.max(most, ++running);
      await delay(20);
      running -= 1;
    };
    one.consume(handler("one"));
    other.consume(handler("other"));
    await one.queue.enqueue("start");
    await board.addBulk(Array.from({ length: 20 }, () => ({ name: "by hand", data: {} })));
    await until("all 21 runs", () => ranIn.one + ranIn.other === 21 && running === 0);
    expect(most).toBe(1);
  });

  test("know each other only by the prefix", async () => {
    const one = createBullUnderTest(inject("redisUrl"));
    const other = createBullUnderTest(inject("redisUrl"));
    expect((await one.queue.enqueue("start")).outcome).toBe("accepted");
    expect((await other.queue.enqueue("start")).outcome).toBe("accepted");
  });

  test("run a job that an operator asked for, or joined, before all others", async () => {
    const { queue, consume, keyPrefix } = createBullUnderTest(inject("redisUrl"));
    const { board } = openBoard(keyPrefix);
    const { id: earlier } = await board.add("retried in a board", { trigger: "stale" }, { priority: 2 });
    const scheduled = await queue.enqueue("schedule");
    await queue.enqueue("operator");
    const ran: string[] = [];
    consume(async (job) => void ran.push(job.id));
    await until("both runs", () => ran.length === 2);
    expect(ran).toEqual([scheduled.jobId, earlier]);
  });

  test("keep the runs that have ended, though the wall clock goes a month ahead and back", async () => {
    const { queue, consume, keyPrefix } = createBullUnderTest(inject("redisUrl"));
    const { board } = openBoard(keyPrefix);
    consume(async () => undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    const trueNow = Date.now;
    for (const aheadMs of [0, 30 * 86_400_000, 0]) {
      vi.spyOn(Date, "now").mockImplementation(() => trueNow() + aheadMs);
      const ended = await board.getCompletedCount();
      await queue.enqueue("schedule");
      await expect.poll(() => board.getCompletedCount()).toBe(ended + 1);
    }
  });

  test("take a job from a board, whatever is in it, for an operator's", async () => {
    const { consume, keyPrefix } = createBullUnderTest(inject("redisUrl"));
    const { board } = openBoard(keyPrefix);
    await board.add("by hand", { trigger: "toString", nonce: 5 });
    const triggers: string[] = [];
    consume(async (job) => void triggers.push(job.trigger));
    await until("the run", () => triggers.length === 1);
    expect(triggers).toEqual(["operator"]);
  });

  test.each(["completed", "failed"])(
    "make a new run when one that has %s still keeps others away, and say so once",
    async (end) => {
      const { queue, consume, keyPrefix, logged } = createBullUnderTest(inject("redisUrl"));
      const { board, redis } = openBoard(keyPrefix);
      const job = await board.add("by hand", {});
      consume(async () => {
        if (end === "failed") {
          throw new Error("for the test");
        }
      });
      await until("its end", async () => (await job.getState()) === end);
      await redis.set(board.toKey(`de:${QUEUE_NAME}`), job.id ?? "");

      const { outcome, jobId } = await queue.enqueue("stale");
      expect(outcome).toBe("accepted");
      expect(jobId).not.toBe(job.id);
      await queue.enqueue("stale");
      expect(logged.filter((line) => line.includes("kept others away"))).toHaveLength(1);
    },
  );

  test("keep finitely many runs, and their last events", async () => {
    const { queue, consume, keyPrefix } = createBullUnderTest(inject("redisUrl"));
    const { board, redis } = openBoard(keyPrefix);
    let runs = 0;
    consume(async () => {
      runs += 1;
      if (runs % 2 === 0) {
        throw new Error("every other one fails");
      }
    });
    for (let run = 1; run <= 120; run++) {
      await queue.enqueue("schedule");
      await until("the end of the run", async () => (await board.getActiveCount()) === 0 && runs === run);
    }
    expect(await board.getJobCounts("completed", "failed", "waiting")).toEqual({
      completed: 50,
      failed: 50,
      waiting: 0,
    });
    expect(await redis.xlen(`${keyPrefix}${QUEUE_PREFIX}:${QUEUE_NAME}:events`)).toBeLessThan(1200);
  });
});

describe("A worker that closes in the middle of a run", () => {
  test("requeues the run in time, and another worker takes it at once, under the same id", async () => {
    const leaving = createBullUnderTest(inject("redisUrl"));
    const staying = createBullUnderTest(inject("redisUrl"), leaving.keyPrefix);
    const started: string[] = [];
    const consumer = leaving.consume(async (job) => {
      started.push(`leaving ${job.id}`);
      job.progress("collecting");
      throw await aborted(job.signal);
    });
    const { jobId } = await leaving.queue.enqueue("operator");
    await until("the first run", () => started.length === 1);
    staying.consume(async (job) => {
      started.push(`staying ${job.id} ${job.trigger}`);
    });
    await delay(300);
    const closedMs = await until("closed", () => consumer.close(1000).then(() => true));
    const tookMs = await until("the second run", () => started.length === 2);

    expect(closedMs).toBeLessThan(5000);
    expect(tookMs, "sooner than its lock would expire").toBeLessThan(4000);
    expect(started).toEqual([`leaving ${jobId}`, `staying ${jobId} operator`]);
    await until("its end", async () => (await staying.records.find(jobId))?.state === "done");
    const phases = (await staying.records.find(jobId))?.phases;
    expect(phases, "the first worker's phases are not the second run's").toEqual([]);
    expect(leaving.logged.join("")).toContain("Refresh requeued");
    expect(leaving.logged.join("")).not.toContain("ERROR");
  });

  test("requeues a run that ignores its signal too, and logs that", async () => {
    const leaving = createBullUnderTest(inject("redisUrl"));
    const staying = createBullUnderTest(inject("redisUrl"), leaving.keyPrefix);
    let started = 0;
    const consumer = leaving.consume(() => {
      started += 1;
      return new Promise(() => {});
    });
    await leaving.queue.enqueue("schedule");
    await until("the first run", () => started === 1);
    staying.consume(async () => {
      started += 1;
    });
    await delay(300);
    const closedMs = await until("closed", () => consumer.close(1000).then(() => true));
    expect(closedMs).toBeLessThan(5000);
    await until("the second run", () => started === 2);
    expect(leaving.logged.filter((line) => line.includes("did not end"))).toHaveLength(1);
  });
});

test("A worker that closes while a job is on its way to it does not start it, and leaves it to others at once", async () => {
  const { queue, records, consume } = createBullUnderTest(inject("redisUrl"));
  const states = new Set<string>();
  let startedLate = 0;
  for (let round = 0; round < 80; round++) {
    let closing = false;
    const consumer = consume(async () => {
      if (closing) {
        startedLate += 1;
      }
      await delay(round % 3);
    });
    await delay(10);
    const enqueued = queue.enqueue("schedule");
    // Anywhere between the job's being added and its having been taken.
    await delay((round % 8) / 2);
    closing = true;
    await consumer.close(1000);
    states.add((await records.find((await enqueued).jobId))?.state ?? "gone");
  }
  expect([...states].toSorted()).toEqual(["done", "waiting"]);
  expect(startedLate).toBe(0);
});

describe("A run that Redis has given away", () => {
  test("aborts its signal, and another worker does it", async () => {
    const loser = createBullUnderTest(inject("redisUrl"));
    const { redis } = openBoard(loser.keyPrefix);
    let reason: unknown = null;
    loser.consume(async (job) => {
      reason = await aborted(job.signal);
      throw reason;
    });
    const { jobId } = await loser.queue.enqueue("schedule");
    await until("the run", async () => (await loser.records.find(jobId))?.state === "active");
    // A worker that was frozen for longer than its lock lives.
    await redis.set(`${loser.keyPrefix}${QUEUE_PREFIX}:${QUEUE_NAME}:${jobId}:lock`, "another worker's");
    await until("the signal", () => reason !== null);
    expect(reason).toMatchObject({ name: "QueueError", code: "queue_lock_lost", retryable: true });
    expect(loser.logged.filter((line) => line.includes("Refresh lost"))).toHaveLength(1);
    expect(loser.logged.join("")).not.toContain("ERROR");
  });
});
