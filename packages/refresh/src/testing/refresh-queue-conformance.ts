import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RefreshConsumer, RefreshHandler, RefreshQueue, RefreshRecords, RefreshReport } from "../refresh-queue.ts";
import { createRuns, type Runs, settled } from "./runs.ts";

/** One queue without a consumer, and the means to watch it. */
export interface QueueUnderTest {
  readonly queue: RefreshQueue;
  readonly records: RefreshRecords;
  consume(handler: RefreshHandler): RefreshConsumer;
  /** Everything that was logged, one line each. */
  readonly logged: readonly string[];
  /** Lets `ms` of the queue's time pass. */
  pass(ms: number): Promise<void>;
  dispose(): Promise<void>;
}

/** The behaviour of every refresh queue. `create` gives a new, empty one for each test. */
export function describeRefreshQueue(name: string, create: () => Promise<QueueUnderTest>): void {
  describe(`${name} keeps the promises of a refresh queue`, () => {
    let given: QueueUnderTest;
    let runs: Runs;

    beforeEach(async () => {
      given = await create();
      runs = createRuns();
    });
    afterEach(async () => {
      runs.endAll();
      await given.dispose();
    });

    test("runs a request, and gives the run its id and trigger", async () => {
      given.consume(runs.handler);
      const outcome = await given.queue.enqueue("operator");
      const run = await runs.started(1);
      expect(outcome).toEqual({ outcome: "accepted", jobId: run.job.id });
      expect(run.job.trigger).toBe("operator");
      expect(run.job.signal.aborted).toBe(false);
    });

    test("gives the run the highest sequence that those who asked for it serve", async () => {
      await given.queue.enqueue("schedule");
      await given.queue.enqueue("stale", 500);
      await given.queue.enqueue("stale", 499);
      given.consume(runs.handler);
      expect((await runs.started(1)).job.servedSequence).toBe(500);
      runs.end(1);
      await given.pass(100);
      await given.queue.enqueue("schedule");
      expect((await runs.started(2)).job.servedSequence).toBe(0);
      runs.end(2);
      await given.pass(100);
      await given.queue.enqueue("stale", 501);
      expect((await runs.started(3)).job.servedSequence).toBe(501);
    });

    test("keeps a sequence that comes during a run for the next one, whoever asks for that", async () => {
      given.consume(runs.handler);
      await given.queue.enqueue("start");
      await runs.started(1);
      expect(await given.queue.enqueue("stale", 500)).toMatchObject({ outcome: "joined", state: "active" });
      expect(await given.queue.enqueue("stale", 400)).toMatchObject({ outcome: "joined", state: "active" });
      expect(await given.queue.enqueue("schedule")).toMatchObject({ outcome: "joined", state: "active" });
      runs.end(1);
      await given.pass(100);
      await given.queue.enqueue("schedule");
      expect((await runs.started(2)).job.servedSequence).toBe(500);
      runs.end(2);
      await given.pass(100);
      await given.queue.enqueue("schedule");
      expect((await runs.started(3)).job.servedSequence).toBe(0);
    });

    test("tells the highest sequence that waits for a run, which stays there for that run", async () => {
      expect(await given.queue.servedSequence()).toBe(0);
      await given.queue.enqueue("stale", 500);
      await given.queue.enqueue("schedule");
      expect(await given.queue.servedSequence()).toBe(500);
      given.consume(runs.handler);
      expect((await runs.started(1)).job.servedSequence).toBe(500);
      await given.queue.enqueue("stale", 600);
      expect(await given.queue.servedSequence()).toBe(600);
      runs.end(1);
      await given.pass(100);
      await given.queue.enqueue("schedule");
      expect((await runs.started(2)).job.servedSequence).toBe(600);
      runs.end(2);
      await given.pass(100);
      expect(await given.queue.servedSequence()).toBe(0);
    });

    test("runs a request that was added before there was a consumer", async () => {
      const { jobId } = await given.queue.enqueue("start");
      given.consume(runs.handler);
      expect((await runs.started(1)).job.id).toBe(jobId);
    });

    test("makes one run of ten requests at once: one is accepted, nine join it", async () => {
      given.consume(runs.handler);
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => given.queue.enqueue("stale")));
      const { job } = await runs.started(1);
      expect(outcomes.filter((each) => each.outcome === "accepted")).toEqual([{ outcome: "accepted", jobId: job.id }]);
      const joined = outcomes.filter((each) => each.outcome === "joined");
      expect(joined).toHaveLength(9);
      expect(new Set(joined.map((each) => each.jobId))).toEqual(new Set([job.id]));
      runs.end(1);
      await given.pass(300);
      expect(runs.count()).toBe(1);
    });

    test("lets a request join the waiting run, whatever its trigger", async () => {
      const first = await given.queue.enqueue("schedule");
      expect(await given.queue.enqueue("operator")).toEqual({
        outcome: "joined",
        jobId: first.jobId,
        state: "waiting",
      });
    });

    test("lets a request join the current run, without another run", async () => {
      given.consume(runs.handler);
      const first = await given.queue.enqueue("schedule");
      await runs.started(1);
      expect(await given.queue.enqueue("stale")).toEqual({ outcome: "joined", jobId: first.jobId, state: "active" });
      runs.end(1);
      await given.pass(300);
      expect(runs.count()).toBe(1);
    });

    test("accepts again when the run is over, under another id", async () => {
      given.consume(runs.handler);
      const first = await given.queue.enqueue("schedule");
      await runs.started(1);
      runs.end(1);
      await given.pass(100);
      const second = await given.queue.enqueue("schedule");
      expect(second.outcome).toBe("accepted");
      expect(second.jobId).not.toBe(first.jobId);
      expect((await runs.started(2)).job.id).toBe(second.jobId);
    });

    test.each(FAILING_HANDLERS)("ends only that run when the handler %s, and logs why", async (_, fail) => {
      let failed = false;
      given.consume((job) => {
        if (failed) {
          return runs.handler(job);
        }
        failed = true;
        return fail(job);
      });
      await given.queue.enqueue("schedule");
      await given.pass(100);
      expect(given.logged.filter((line) => line.includes("exchange on fire"))).toHaveLength(1);
      expect((await given.queue.enqueue("schedule")).outcome).toBe("accepted");
      await runs.started(1);
    });

    test("records a run's phases in order, and its report in the end", async () => {
      given.consume(async (job) => {
        job.progress("collecting");
        await runs.handler(job);
        job.progress("publishing");
        return REPORT;
      });
      const { jobId } = await given.queue.enqueue("operator");
      await runs.started(1);
      await given.pass(100);
      const meanwhile = await given.records.find(jobId);
      expect(meanwhile).toEqual({
        jobId,
        trigger: "operator",
        state: "active",
        phases: [{ phase: "collecting", atMs: expect.any(Number) }],
        report: null,
        failure: null,
      });
      runs.end(1);
      await given.pass(100);
      const afterwards = await given.records.find(jobId);
      expect(afterwards).toMatchObject({ state: "done", report: REPORT, failure: null });
      expect(afterwards?.phases.map(({ phase }) => phase)).toEqual(["collecting", "publishing"]);
    });

    test("records that a run waits, and that it is done even without a report", async () => {
      const { jobId } = await given.queue.enqueue("start");
      expect(await given.records.find(jobId)).toMatchObject({ trigger: "start", state: "waiting", phases: [] });
      given.consume(async () => {});
      await given.pass(100);
      expect(await given.records.find(jobId)).toMatchObject({ state: "done", report: null, failure: null });
    });

    test("counts the runs that wait, are active and have failed", async () => {
      const none = { waiting: 0, active: 0, delayed: 0, failed: 0 };
      expect(await given.queue.depth()).toEqual(none);
      await given.queue.enqueue("schedule");
      await given.queue.enqueue("operator");
      expect(await given.queue.depth()).toEqual({ ...none, waiting: 1 });
      given.consume(async (job) => {
        await runs.handler(job);
        throw new Error("exchange on fire");
      });
      await runs.started(1);
      expect(await given.queue.depth()).toEqual({ ...none, active: 1 });
      runs.end(1);
      await given.pass(100);
      expect(await given.queue.depth()).toEqual({ ...none, failed: 1 });
    });

    test("records why a run failed", async () => {
      given.consume(() => Promise.reject(new Error("exchange on fire")));
      const { jobId } = await given.queue.enqueue("start");
      await given.pass(100);
      expect(await given.records.find(jobId)).toMatchObject({ state: "failed", failure: "exchange on fire" });
    });

    test("remembers at least the last 20 runs, and knows nothing of a job that never was", async () => {
      given.consume(async () => {});
      const { jobId } = await given.queue.enqueue("schedule");
      for (let run = 0; run < 20; run++) {
        await given.pass(20);
        await given.queue.enqueue("schedule");
      }
      expect(await given.records.find(jobId)).toMatchObject({ jobId, state: "done" });
      expect(await given.records.find("no-such-job")).toBeNull();
    });

    test("never runs two at a time", async () => {
      let running = 0;
      let most = 0;
      given.consume(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      });
      for (let round = 0; round < 20; round++) {
        await Promise.all([given.queue.enqueue("schedule"), given.queue.enqueue("stale")]);
        await given.pass(10);
      }
      expect(most).toBe(1);
    });

    test("has one consumer at a time; another may follow it and takes over what waits", async () => {
      const busy = expect.objectContaining({ name: "QueueError", code: "queue_busy" });
      const first = given.consume(async () => {});
      expect(() => given.consume(async () => {})).toThrow(busy);
      await first.close(100);
      const { jobId } = await given.queue.enqueue("schedule");
      given.consume(runs.handler);
      expect((await runs.started(1)).job.id).toBe(jobId);
      await first.close(100);
      expect(() => given.consume(async () => {}), "closing the first again leaves the second alone").toThrow(busy);
    });

    test("closing the consumer waits for the current run, and starts no other", async () => {
      const consumer = given.consume(runs.handler);
      await given.queue.enqueue("schedule");
      const { job } = await runs.started(1);
      const closing = settled(consumer.close(2000));
      await given.pass(500);
      expect(closing.done).toBe(false);
      runs.end(1);
      await closing.promise;
      expect(job.signal.aborted).toBe(false);
      await given.queue.enqueue("schedule");
      await given.pass(300);
      expect(runs.count()).toBe(1);
    });

    test("closing the consumer aborts a run in time for it to end within the grace, and waits for that", async () => {
      let cleanedUp = false;
      const consumer = given.consume(async (job) => {
        await runs.handler(job).catch(() => {});
        cleanedUp = true;
      });
      await given.queue.enqueue("schedule");
      const { job } = await runs.started(1);
      const closing = settled(consumer.close(2000));
      await given.pass(1000);
      expect(job.signal.aborted).toBe(false);
      await given.pass(750);
      await closing.promise;
      expect(job.signal.aborted).toBe(true);
      expect(cleanedUp).toBe(true);
    });

    test("closing the consumer leaves a run that ignores its signal within the grace, and logs that", async () => {
      let isRunning = false;
      const consumer = given.consume(() => {
        isRunning = true;
        return new Promise(() => {});
      });
      await given.queue.enqueue("schedule");
      while (!isRunning) {
        await given.pass(10);
      }
      const closing = settled(consumer.close(200));
      // It would last for ever. How much longer than its grace it takes depends on how busy the machine is.
      while (!closing.done) {
        await given.pass(10);
      }
      expect(given.logged.filter((line) => line.includes("did not end"))).toHaveLength(1);
    });

    test("closing an idle consumer takes no time", async () => {
      await given.consume(runs.handler).close(60_000);
    });

    test("fails with queue_closed after it was closed", async () => {
      await given.queue.close();
      await expect(given.queue.enqueue("operator")).rejects.toMatchObject({
        name: "QueueError",
        code: "queue_closed",
        retryable: false,
      });
      await expect(given.queue.depth()).rejects.toMatchObject({ code: "queue_closed" });
      await expect(given.queue.servedSequence()).rejects.toMatchObject({ code: "queue_closed" });
      await expect(given.queue.close()).resolves.toBeUndefined();
    });
  });
}

const REPORT: RefreshReport = {
  sequence: 7,
  scored: 49,
  expected: 50,
  tookMs: 1234,
  sources: [
    { name: "tickers", ok: true, detail: "500 symbols" },
    { name: "coingecko", ok: false, detail: "HTTP 429" },
  ],
};

const FAILING_HANDLERS: readonly (readonly [string, RefreshHandler])[] = [
  ["rejects", () => Promise.reject(new Error("exchange on fire"))],
  [
    "throws at once",
    () => {
      throw new Error("exchange on fire");
    },
  ],
];
