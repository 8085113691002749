import { PulseboardError } from "@pulseboard/runtime";
import { parseWorkerStatus } from "@pulseboard/snapshot";
import { createMemoryStore, type DocumentStore } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it } from "vitest";
import { createWorkerReasons } from "./worker-reasons.ts";
import { createWorkerStatus } from "./worker-status.ts";

const START_MS = Date.UTC(2026, 10, 30, 12);

function start(stores?: readonly DocumentStore[]) {
  const clock = createFakeClock(START_MS);
  const store = createMemoryStore();
  const reasons = createWorkerReasons(clock);
  const { log, lines } = createRecordedLog();
  const status = createWorkerStatus({
    stores: stores ?? [store],
    reasons,
    origin: "bybit",
    dataDir: "/data",
    periodMs: 30_000,
    clock,
    log,
  });
  const written = async () => {
    await clock.advance(0);
    const parsed = parseWorkerStatus((await store.readStatus?.()) ?? "");
    return parsed.ok ? parsed.status : null;
  };
  return { clock, store, reasons, status, written, lines };
}

it("says who the worker is at the start, and how each attempt went", async () => {
  const { clock, status, written } = start();
  status.write();
  expect(await written()).toMatchObject({
    pid: process.pid,
    origin: "bybit",
    data_dir: "/data",
    period_ms: 30_000,
    started_at: "2026-11-30T12:00:00.000Z",
    reasons: [],
    last_attempt_at: null,
    last_success_at: null,
    last_failure: null,
  });
  await clock.advance(5000);
  expect(await status.attempt(async () => "done")).toBe("done");
  expect(await written()).toMatchObject({
    last_attempt_at: "2026-11-30T12:00:05.000Z",
    last_success_at: "2026-11-30T12:00:05.000Z",
  });
  await clock.advance(5000);
  const banned = new PulseboardError("Banned", { code: "exchange_banned", retryable: true });
  await expect(status.attempt(() => Promise.reject(banned))).rejects.toBe(banned);
  expect(await written()).toMatchObject({
    last_attempt_at: "2026-11-30T12:00:10.000Z",
    last_success_at: "2026-11-30T12:00:05.000Z",
    last_failure: { at: "2026-11-30T12:00:10.000Z", code: "exchange_banned", endpoint: null, until: null },
  });
});

it("says each reason with its beginning until it is over, and each pause until it ends", async () => {
  const { clock, reasons, status, written } = start();
  reasons.holds("store_unwritable:disk");
  await clock.advance(1000);
  reasons.holds("store_unwritable:disk", START_MS + 9000);
  status.paused([{ scope: "address", code: "exchange_banned", untilMs: START_MS + 2000 }]);
  expect(await written()).toMatchObject({
    reasons: [{ code: "store_unwritable:disk", since: "2026-11-30T12:00:00.000Z", until: "2026-11-30T12:00:09.000Z" }],
    exchange_pauses: [{ scope: "address", code: "exchange_banned", until: "2026-11-30T12:00:02.000Z" }],
  });
  reasons.over("store_unwritable:disk");
  await clock.advance(1000);
  status.write();
  expect(await written()).toMatchObject({ reasons: [], exchange_pauses: [] });
});

it("neither fails nor waits for a store that does, and asks one that hangs only once", async () => {
  let asked = 0;
  const hanging: DocumentStore = {
    ...createMemoryStore(),
    writeStatus: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
  };
  const broken: DocumentStore = { ...createMemoryStore(), writeStatus: () => Promise.reject(new TypeError("broken")) };
  const healthy = createMemoryStore();
  const { clock, status, lines } = start([hanging, broken, healthy]);
  for (let attempt = 0; attempt < 5; attempt++) {
    await status.attempt(async () => undefined);
    await clock.advance(1000);
  }
  expect(asked).toBe(1);
  expect(await healthy.readStatus?.()).toContain('"last_success_at":"2026-11-30T12:00:04.000Z"');
  expect(lines).toEqual([]);
});
