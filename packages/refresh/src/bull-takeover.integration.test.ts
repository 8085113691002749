import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { REFRESH_DURATIONS } from "./durations.ts";
import { createBullUnderTest, until } from "./testing/bull-under-test.ts";
import { buildRefresh, startProgram } from "./testing/programs.ts";

beforeAll(buildRefresh);

/** It is promised within 10 s: 5 until the lock expires, up to 5 until a worker checks. 2 are the busy machine's. */
const TAKEOVER_MS = 12_000;
/** A lock that expires soon, for the tests that do not measure the time. */
const FAST = { lockMs: 1500, stalledCheckMs: 500 };
const FAST_REFRESH = { ...REFRESH_DURATIONS, ...FAST };

function startWorker(keyPrefix: string, runMs: number, durations: object = FAST) {
  const args = [inject("redisUrl"), keyPrefix, String(runMs), JSON.stringify(durations)];
  return startProgram("packages/refresh/src/testing/worker-process.mjs", args);
}

describe("A worker process that is killed in the middle of a run", () => {
  test("leaves it to another one that runs already, which does it again, and only that one", async () => {
    const { queue, records, consume, keyPrefix, logged } = createBullUnderTest(inject("redisUrl"));
    const killed = startWorker(keyPrefix, 60_000, {});
    const { jobId } = await queue.enqueue("schedule");
    await until("the run", () => killed.output().includes(`started ${jobId}`));
    const runs: string[] = [];
    consume(async (job) => {
      runs.push(job.id);
      await delay(100);
    });
    await delay(300);
    expect(runs, "only one of the two runs it").toEqual([]);

    killed.signal("SIGKILL");
    const tookMs = await until("the takeover", () => runs.length > 0);
    console.log(`Taken over ${Math.round(tookMs)} ms after the kill`);
    expect(tookMs).toBeLessThan(TAKEOVER_MS);
    await until("its end", async () => (await records.find(jobId))?.state === "done");
    expect(runs).toEqual([jobId]);
    expect(logged.filter((line) => line.includes("Refresh taken over"))).toHaveLength(1);
    expect((await queue.enqueue("schedule")).outcome).toBe("accepted");
  });

  test("leaves one job to the next that is started, however often somebody asks meanwhile", async () => {
    const { queue, records, keyPrefix } = createBullUnderTest(inject("redisUrl"), randomUUID(), FAST_REFRESH);
    const killed = startWorker(keyPrefix, 60_000);
    const { jobId } = await queue.enqueue("schedule");
    await until("the run", () => killed.output().includes(`started ${jobId}`));
    killed.signal("SIGKILL");
    await until("its lock's end", async () => (await records.find(jobId))?.state === "waiting");
    for (const trigger of ["stale", "operator", "stale"] as const) {
      expect(await queue.enqueue(trigger)).toEqual({ outcome: "joined", jobId, state: "waiting" });
    }
    const next = startWorker(keyPrefix, 10);
    const tookMs = await until("the run", () => next.output().includes(`ended ${jobId}`));
    console.log(`Done ${Math.round(tookMs)} ms after the start of the next worker`);
    expect(tookMs).toBeLessThan(TAKEOVER_MS);
    await delay(500);
    expect(next.output().match(/started/g)).toHaveLength(1);
  });
});

test("A worker process that was frozen until its lock expired finds its run aborted", async () => {
  const { queue, consume, keyPrefix } = createBullUnderTest(inject("redisUrl"), randomUUID(), FAST_REFRESH);
  const frozen = startWorker(keyPrefix, 60_000);
  const { jobId } = await queue.enqueue("schedule");
  await until("the run", () => frozen.output().includes(`started ${jobId}`));
  frozen.signal("SIGSTOP");
  let done = 0;
  consume(async () => {
    done += 1;
  });
  await until("the takeover", () => done === 1);
  frozen.signal("SIGCONT");
  await until("the abort", () => frozen.output().includes(`aborted ${jobId} queue_lock_lost`));
  await queue.enqueue("schedule");
  await until("a further run, by whichever", () => done === 2 || frozen.output().includes("started 2"));
});

test("A worker process that receives SIGTERM requeues its run and ends", async () => {
  const keyPrefix = randomUUID();
  const { queue, records } = createBullUnderTest(inject("redisUrl"), keyPrefix);
  const leaving = startWorker(keyPrefix, 60_000);
  const { jobId } = await queue.enqueue("schedule");
  await until("the run", () => leaving.output().includes(`started ${jobId}`));
  leaving.signal("SIGTERM");
  expect(await leaving.ended).toBe(0);
  expect((await records.find(jobId))?.state).toBe("waiting");
  const next = startWorker(keyPrefix, 10);
  await until("the run", () => next.output().includes(`ended ${jobId}`));
});
