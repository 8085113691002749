import { createLogger, systemClock } from "@pulseboard/runtime";
import { createMemoryStore, type DocumentStore } from "@pulseboard/storage";
import { expect, test } from "vitest";
import { readPauses } from "./read-pauses.ts";
import { createWorkerReasons } from "./worker-reasons.ts";
import { createWorkerStatus } from "./worker-status.ts";

const log = createLogger({ level: "fatal", pretty: false });

test("the pauses that one worker wrote are read by the next, whatever the other stores do", async () => {
  const store = createMemoryStore();
  const broken: DocumentStore = { ...createMemoryStore(), readStatus: () => Promise.reject(new Error("away")) };
  const damaged: DocumentStore = { ...createMemoryStore(), readStatus: async () => "{" };
  expect(await readPauses([store, broken, damaged], "bybit", log)).toEqual([]);

  const clock = systemClock;
  const untilMs = Date.UTC(2100, 0, 1);
  const reasons = createWorkerReasons(clock);
  const common = { stores: [store], reasons, dataDir: "data", periodMs: 30_000, clock, log };
  const status = createWorkerStatus({ ...common, origin: "bybit" });
  status.paused([{ scope: "*", code: "exchange_banned", untilMs }]);
  const pauses = await readPauses([broken, store, damaged], "bybit", log);
  expect(pauses).toEqual([{ scope: "*", code: "exchange_banned", untilMs }]);
  // The simulator's ban is none of the exchange's, and the other way round.
  expect(await readPauses([store], "simulator", log)).toEqual([]);
});
