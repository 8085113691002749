import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { createMemoryStore, type DocumentStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, test } from "vitest";
import { readPauses } from "./read-pauses.ts";
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

test("the pauses that one worker wrote are read by the next, whatever the other stores do", async () => {
  const store = createMemoryStore();
  const broken: DocumentStore = { ...createMemoryStore(), readStatus: () => Promise.reject(new Error("away")) };
  const damaged: DocumentStore = { ...createMemoryStore(), readStatus: async () => "{" };
  expect(await readPauses({ ...options, stores: [store, broken, damaged] })).toEqual([]);

  const clock = createFakeClock();
  const untilMs = Date.UTC(2100, 0, 1);
  const reasons = createWorkerReasons(clock);
  const common = { stores: [store], reasons, dataDir: "data", periodMs: 30_000, clock, log };
  const status = createWorkerStatus({ ...common, origin: "bybit" });
  status.paused([{ scope: "*", code: "exchange_banned", untilMs }]);
  const pauses = await readPauses({ ...options, stores: [broken, store, damaged] });
  expect(pauses).toEqual([{ scope: "*", code: "exchange_banned", untilMs }]);
  // The simulator's ban is none of the exchange's, and the other way round.
  expect(await readPauses({ ...options, config: { origin: "simulator" }, stores: [store] })).toEqual([]);
});

test("a store that hangs does not keep a worker from starting", async () => {
  const hanging: DocumentStore = { ...createMemoryStore(), readStatus: () => new Promise(() => undefined) };
  const clock = createFakeClock();
  const read = readPauses({ ...options, stores: [hanging], clock });
  await clock.advance(STORAGE_DURATIONS.storeHangsMs);
  expect(await read).toEqual([]);
});
