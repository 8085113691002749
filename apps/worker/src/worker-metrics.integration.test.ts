import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInProcessQueue, REFRESH_DURATIONS } from "@pulseboard/refresh";
import {
  createLogger,
  createMetrics,
  createOutageLog,
  loadConfig,
  RUNTIME_DURATIONS,
  systemClock,
} from "@pulseboard/runtime";
import { startSimulator } from "@pulseboard/simulator";
import { createMemoryAnnouncements, createMemoryStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { hourlyCron } from "@pulseboard/testing/hourly-cron";
import { expect, it, onTestFinished } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { startWorker } from "./worker.ts";

const SYMBOLS = 5;

/** A worker on a small simulated market, and its metrics. */
async function startCounted(exchangeUrl: string) {
  const dataDir = await mkdtemp(join(tmpdir(), "pulseboard-"));
  const log = createLogger({ level: "silent", pretty: false });
  const clock = systemClock;
  const metrics = createMetrics();
  const { queue, consume } = createInProcessQueue({ log, clock, durations: REFRESH_DURATIONS });
  const worker = await startWorker({
    build: { version: "1.2.3", commit: "abc1234" },
    programFile: null,
    config: loadConfig({
      EXCHANGE: "simulator",
      EXCHANGE_URL: exchangeUrl,
      SYMBOL_COUNT: String(SYMBOLS),
      DATA_DIR: dataDir,
      // The refresh at the start is enough.
      REFRESH_CRON: hourlyCron(),
    }),
    stores: [createMemoryStore()],
    announcements: createMemoryAnnouncements(),
    queue,
    consume,
    metrics,
    durations: WORKER_DURATIONS,
    clock,
    log,
    outages: createOutageLog(log, clock, RUNTIME_DURATIONS),
    storageDurations: STORAGE_DURATIONS,
    end: (reason) => log.fatal(reason),
  });
  onTestFinished(async () => {
    await worker.close(2_000);
    await queue.close();
    await rm(dataDir, { recursive: true });
  });
  const figures = async (): Promise<ReadonlyMap<string, number>> =>
    new Map(
      [...(await metrics.text()).matchAll(/^pulseboard_(\S+) (\S+)$/gm)].map(([, name = "", value]) => [
        name,
        Number(value),
      ]),
    );
  return { figures, queue };
}

it("a refresh shows in the metrics by its phases, requests, symbols and the age of its data", async () => {
  const simulator = await startSimulator({
    market: { kind: "generated", seed: 7, symbolCount: 12 },
    port: 0,
    speed: 1,
    banMs: 1000,
    clock: systemClock,
  });
  onTestFinished(() => simulator.close());
  const { figures } = await startCounted(simulator.url);
  await expect.poll(async () => (await figures()).get('refreshes_total{outcome="done"}'), { timeout: 30_000 }).toBe(1);
  const found = await figures();

  for (const phase of ["market", "symbols", "reference", "publish"]) {
    expect(found.get(`refresh_phase_duration_seconds_count{phase="${phase}"}`), phase).toBe(1);
  }
  const tookS = found.get("refresh_duration_seconds_sum") ?? Number.NaN;
  const phases = [...found].filter(([name]) => name.startsWith("refresh_phase_duration_seconds_sum"));
  const phasesS = phases.reduce((sum, [, seconds]) => sum + seconds, 0);
  expect(phasesS).toBeGreaterThan(0);
  expect(phasesS).toBeLessThanOrEqual(tookS + 0.01);

  expect(found.get("symbols_expected")).toBe(SYMBOLS);
  expect(found.get("symbols_scored")).toBe(SYMBOLS);
  expect(found.get('exchange_requests_total{endpoint="/v5/market/tickers",outcome="ok"}')).toBe(1);
  const klines = found.get('exchange_requests_total{endpoint="/v5/market/kline",outcome="ok"}');
  expect(klines).toBeGreaterThanOrEqual(4 * SYMBOLS);
  for (const state of ["waiting", "active", "delayed", "failed"]) {
    expect(found.get(`queue_jobs{state="${state}"}`), state).toBe(0);
  }
  expect(found.get("exchange_budget_limit")).toBe(300);
  expect(found.get("exchange_budget_used")).toBeGreaterThan(klines ?? Number.NaN);
  for (const section of ["overview", "scores", "movers", "perps", "reference"]) {
    const ageS = found.get(`section_age_seconds{section="${section}"}`) ?? Number.NaN;
    expect(Math.abs(ageS), section).toBeLessThan(section === "reference" ? 86_400 : 60);
  }
  expect([...found.keys()].filter((name) => name.startsWith("refresh_failures_total"))).toEqual([]);
});

it("a refresh that fails is counted by its code, and data that never was has no age", async () => {
  const { figures } = await startCounted("http://127.0.0.1:1");
  await expect
    .poll(async () => (await figures()).get('refreshes_total{outcome="failed"}'), { timeout: 30_000 })
    .toBe(1);
  await expect.poll(async () => (await figures()).get('queue_jobs{state="failed"}')).toBe(1);
  const found = await figures();
  expect(found.get('refresh_failures_total{code="exchange_unreachable"}')).toBe(1);
  const failed = [...found].filter(([name]) => /^exchange_requests_total.*outcome="exchange_unreachable"/.test(name));
  expect(failed.length).toBeGreaterThan(0);
  expect([...found.keys()].filter((name) => /^(section_age|symbols_|snapshot_sequence)/.test(name))).toEqual([]);
});

it("the queue's depth is read with the metrics, and left out while the queue cannot be reached", async () => {
  const { figures, queue } = await startCounted("http://127.0.0.1:1");
  // The refresh of the start is running.
  expect((await figures()).get('queue_jobs{state="active"}')).toBe(1);
  await queue.close();
  expect([...(await figures()).keys()].filter((name) => name.startsWith("queue_jobs"))).toEqual([]);
});
