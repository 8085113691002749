import { createLogger } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, test } from "vitest";
import { REFRESH_DURATIONS as durations } from "./durations.ts";
import { createInProcessQueue } from "./in-process-queue.ts";
import { QueueError } from "./queue-error.ts";
import type { RefreshPhase, RefreshRecord } from "./refresh-queue.ts";
import { type RefreshEvent, watchRefresh } from "./watch-refresh.ts";

const log = createLogger({ level: "silent", pretty: false });
const phase = (name: string, atMs: number): RefreshPhase => ({ phase: name, atMs });
const record = (change: Partial<RefreshRecord>): RefreshRecord => ({
  jobId: "1",
  trigger: "operator",
  state: "active",
  phases: [],
  report: null,
  failure: null,
  ...change,
});

/** The events that a watcher gets within `forMs` when it finds these records one after the other, and then always the last one. */
async function watch(found: readonly (RefreshRecord | null | Error)[], forMs = 30_000) {
  const clock = createFakeClock();
  const left = [...found];
  const find = async (): Promise<RefreshRecord | null> => {
    const next = left.length > 1 ? left.shift() : left[0];
    if (next instanceof Error) {
      throw next;
    }
    return next ?? null;
  };
  const told: RefreshEvent[] = [];
  let problem: unknown = null;
  const watching = (async () => {
    for await (const event of watchRefresh({ records: { find, isPaused: async () => false }, clock, durations }, "1")) {
      told.push(event);
    }
  })().catch((error: unknown) => {
    problem = error;
  });
  await clock.advance(forMs);
  await Promise.race([watching, clock.advance(0)]);
  return { told, problem, tookMs: clock.monotonicMs() };
}

test("A run is reported from waiting to its end, each phase once", async () => {
  const clock = createFakeClock(0);
  const { queue, records, consume } = createInProcessQueue({ log, clock, durations });
  const { jobId } = await queue.enqueue("operator");
  const told: string[] = [];
  const watching = (async () => {
    for await (const event of watchRefresh({ records, clock, durations }, jobId)) {
      told.push(event.event === "phase" ? `${event.phase} at ${event.atMs}` : event.event);
    }
  })();
  await clock.advance(1000);
  consume(async (job) => {
    job.progress("collecting");
    job.progress("scoring");
    await clock.sleep(5000);
    job.progress("publishing");
  });
  await clock.advance(60_000);
  await watching;
  expect(told).toEqual(["waiting", "active", "collecting at 1000", "scoring at 1000", "publishing at 6000", "done"]);
});

test("A run that failed before it was followed is reported with its phases and the reason", async () => {
  const { told } = await watch([record({ state: "failed", failure: "on fire", phases: [phase("collecting", 5)] })]);
  expect(told).toEqual([
    { event: "phase", phase: "collecting", atMs: 5 },
    { event: "failed", failure: "on fire" },
  ]);
});

test("A run that another worker repeats is reported again", async () => {
  const { told } = await watch([
    record({ phases: [phase("collecting", 5), phase("scoring", 6)] }),
    record({ state: "waiting", phases: [phase("collecting", 5), phase("scoring", 6)] }),
    record({ phases: [phase("collecting", 20), phase("scoring", 21)] }),
    record({ state: "done", phases: [phase("collecting", 20), phase("scoring", 21)] }),
  ]);
  expect(told.map((each) => (each.event === "phase" ? each.atMs : each.event))).toEqual([
    "active",
    5,
    6,
    "waiting",
    "active",
    20,
    21,
    "done",
  ]);
});

test("A run that no worker takes is followed for 15 s; one that a worker has, as long as it takes", async () => {
  const { told } = await watch([record({ state: "waiting" })]);
  expect(told).toEqual([{ event: "waiting" }, { event: "unattended", forMs: 15_000, paused: false }]);
  expect((await watch([record({})], 600_000)).told).toEqual([{ event: "active" }]);
});

test("A job that the queue does not know is reported as gone", async () => {
  expect((await watch([null])).told).toEqual([{ event: "gone" }]);
});

test("A queue that cannot be reached is reported once, and after 15 s it is the error", async () => {
  const error = new QueueError("away", { code: "queue_unreachable", retryable: true });
  const passing = await watch([record({}), error, error, record({ state: "done" })]);
  expect(passing.told).toEqual([{ event: "active" }, { event: "unreachable", error }, { event: "done", report: null }]);
  const lasting = await watch([error]);
  expect(lasting).toMatchObject({ told: [{ event: "unreachable" }], problem: error });
});

test("What waiting cannot mend ends the watch at once", async () => {
  const error = new QueueError("no entry", { code: "queue_access_denied", retryable: false });
  expect(await watch([error], 0)).toMatchObject({ told: [], problem: error });
});
