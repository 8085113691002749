import { EXCHANGE_DURATIONS } from "@pulseboard/exchange";
import {
  createLogger,
  createMetrics,
  createOutageLog,
  PulseboardError,
  RUNTIME_DURATIONS,
  systemClock,
} from "@pulseboard/runtime";
import { createMemoryStore, type DocumentStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { expect, test } from "vitest";
import { readLastWorker, waitForLastWorker } from "./last-worker.ts";
import { createWorkerReasons } from "./worker-reasons.ts";
import { createWorkerStatus } from "./worker-status.ts";

const log = createLogger({ level: "fatal", pretty: false });
const options = {
  config: { origin: "bybit" },
  storageDurations: STORAGE_DURATIONS,
  clock: systemClock,
  log,
  outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS),
};

function statusOf({ store, clock }: { readonly store: DocumentStore; readonly clock: FakeClock }) {
  return createWorkerStatus({
    stores: [store],
    reasons: createWorkerReasons(clock),
    build: { version: "1.2.3", commit: "abc1234" },
    origin: "bybit",
    dataDir: "data",
    periodMs: 30_000,
    lastSuccessMs: null,
    metrics: createMetrics(),
    clock,
    log,
  });
}

test("the pauses that one worker wrote are read by the next, whatever the other stores do", async () => {
  const store = createMemoryStore();
  const broken: DocumentStore = { ...createMemoryStore(), readStatus: () => Promise.reject(new Error("away")) };
  const damaged: DocumentStore = { ...createMemoryStore(), readStatus: async () => "{" };
  const none = { pauses: [], lastWordMs: null, reasons: [], lastSuccessMs: null };
  expect(await readLastWorker({ ...options, stores: [store, broken, damaged] })).toEqual(none);

  const clock = createFakeClock();
  const untilMs = Date.UTC(2100, 0, 1);
  const status = statusOf({ store, clock });
  status.paused([{ scope: "*", code: "exchange_banned", untilMs }]);
  const { pauses, lastWordMs } = await readLastWorker({ ...options, stores: [broken, store, damaged] });
  expect(pauses).toEqual([{ scope: "*", code: "exchange_banned", untilMs }]);
  expect(lastWordMs).toBe(clock.nowMs());
  // The simulator's ban is none of the exchange's, and the other way round.
  expect(await readLastWorker({ ...options, config: { origin: "simulator" }, stores: [store] })).toEqual(none);
});

test("a worker goes on with the beginnings that the one before gave, unless that is long ago, and with its last success", async () => {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const startMs = clock.nowMs();
  const status = statusOf({ store, clock });
  await status.attempt(async () => undefined);
  await clock.advance(30_000);
  const failed = new PulseboardError("No connection", { code: "exchange_unreachable", retryable: true });
  await status.attempt(() => Promise.reject(failed)).catch(() => undefined);
  await clock.advance(1000);

  const read = () => readLastWorker({ ...options, clock, stores: [store] });
  const code = "refresh_failing:exchange_unreachable";
  expect(await read()).toMatchObject({ reasons: [{ code, sinceMs: startMs + 30_000 }], lastSuccessMs: startMs });
  await clock.advance(300_000);
  expect(await read()).toMatchObject({ reasons: [], lastSuccessMs: startMs });
  clock.setNowMs(startMs - 1000);
  expect(await read()).toMatchObject({ lastSuccessMs: null });
});

test("a store that hangs does not keep a worker from starting", async () => {
  const hanging: DocumentStore = { ...createMemoryStore(), readStatus: () => new Promise(() => undefined) };
  const clock = createFakeClock();
  const read = readLastWorker({ ...options, stores: [hanging], clock });
  await clock.advance(STORAGE_DURATIONS.storeHangsMs);
  expect(await read).toMatchObject({ pauses: [], lastWordMs: null });
});

test("a worker that follows on another waits until that one's requests no longer count, measured from its own start", async () => {
  const clock = createFakeClock();
  const common = { clock, periodMs: 30_000, durations: EXCHANGE_DURATIONS };
  const wait = (lastWordMs: number | null) => waitForLastWorker({ lastWordMs }, common);
  const windowMs = 5000 + 100 + 2000;
  const ageMs = clock.monotonicMs();
  expect(wait(clock.nowMs() - 1000)).toBe(windowMs - ageMs);
  expect([wait(null), wait(clock.nowMs() - 70_000)]).toEqual([0, 0]);
  await clock.advance(3000);
  expect(wait(clock.nowMs() - 4000)).toBe(windowMs - ageMs - 3000);
  await clock.advance(10_000);
  expect(wait(clock.nowMs() - 14_000)).toBe(0);
});
