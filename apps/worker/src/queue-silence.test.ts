import { QueueError } from "@pulseboard/refresh";
import { createOutageLog, RUNTIME_DURATIONS } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it } from "vitest";
import { createQueueSilence } from "./queue-silence.ts";
import { createWorkerReasons } from "./status/worker-reasons.ts";

const SILENT_MS = 15_000;
const PERIOD_MS = 30_000;

function start() {
  const clock = createFakeClock();
  const { log, lines } = createRecordedLog();
  const outages = createOutageLog(log, clock, RUNTIME_DURATIONS);
  const reasons = createWorkerReasons(clock);
  const silence = createQueueSilence({ silentQueueMs: SILENT_MS, reasons, clock, outages });
  return {
    clock,
    outages,
    silence,
    accepted: (jobId: string) => silence.isSilent({ outcome: "accepted", jobId }),
    waits: (jobId: string) => silence.isSilent({ outcome: "joined", jobId, state: "waiting" }),
    runs: (jobId: string) => silence.isSilent({ outcome: "joined", jobId, state: "active" }),
    codes: () => reasons.list().map(({ code }) => code),
    said: () => lines.map(({ level, outage }) => `${level} ${String(outage)}`),
  };
}

it("a refresh that still waits at the next tick shows a silent queue: one reason, and one line at each end", async () => {
  const { clock, accepted, waits, silence, codes, said } = start();
  expect(accepted("7")).toBe(false);
  await clock.advance(PERIOD_MS);
  for (let tick = 0; tick < 5; tick++) {
    expect(waits("7")).toBe(true);
    expect(codes()).toEqual(["queue_silent"]);
    await clock.advance(PERIOD_MS);
  }
  expect(said()).toEqual(["warn refresh queue"]);
  silence.over();
  expect(codes()).toEqual([]);
  expect(said()).toEqual(["warn refresh queue", "info refresh queue"]);
});

it("a queue is not silent while any worker runs what it takes, nor during a takeover", async () => {
  const { clock, accepted, waits, runs, said } = start();
  for (const jobId of ["7", "8", "9"]) {
    expect(accepted(jobId)).toBe(false);
    await clock.advance(PERIOD_MS);
  }
  expect(runs("9")).toBe(false);
  expect(waits("9")).toBe(false);
  await clock.advance(SILENT_MS - 1);
  expect(waits("9")).toBe(false);
  expect(runs("9")).toBe(false);
  await clock.advance(SILENT_MS);
  expect(waits("9")).toBe(false);
  expect(said()).toEqual([]);
});

it("a queue that takes nothing although Redis is there is named as well, until it takes something", () => {
  const { silence, accepted, codes, said } = start();
  const damaged = new QueueError("WRONGTYPE", { code: "queue_failed", retryable: true });
  silence.failed(damaged);
  silence.failed(damaged);
  expect(codes()).toEqual(["queue_silent"]);
  expect(accepted("1")).toBe(false);
  expect(codes()).toEqual([]);
  expect(said()).toEqual(["warn refresh queue", "info refresh queue"]);
});

it("leaves an outage of Redis to its own line", () => {
  const { silence, outages, codes, said } = start();
  const away = new QueueError("ECONNREFUSED", { code: "queue_unreachable", retryable: true });
  outages.failed("redis", away);
  silence.failed(away);
  expect(codes()).toEqual([]);
  expect(said()).toEqual(["warn redis"]);
});
