import { createInProcessQueue, REFRESH_DURATIONS } from "@pulseboard/refresh";
import { type Clock, createMetrics, loadConfig, systemClock } from "@pulseboard/runtime";
import { startSimulator } from "@pulseboard/simulator";
import { parseSnapshot, parseWorkerStatus, SNAPSHOT_KEY } from "@pulseboard/snapshot";
import {
  createMemoryAnnouncements,
  createMemoryStore,
  type DocumentStore,
  STORAGE_DURATIONS,
} from "@pulseboard/storage";
import { hourlyCron } from "@pulseboard/testing/hourly-cron";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it, onTestFinished, vi } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { startWorker } from "./worker.ts";

/** A simulated exchange whose clock is off by this much. */
async function startExchange(offsetMs = 0) {
  const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs };
  const market = { kind: "generated", seed: 7, symbolCount: 12 } as const;
  const simulator = await startSimulator({ market, port: 0, speed: 1, banMs: 60_000, clock });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** A worker that refreshes at its start only. */
async function start(stores: readonly DocumentStore[], exchangeUrl: string, exchange = "simulator") {
  const { log, outages, linesWith } = createRecordedLog();
  const clock = systemClock;
  const { queue, consume } = createInProcessQueue({ log, clock, durations: REFRESH_DURATIONS });
  const worker = await startWorker({
    build: { version: "1.2.3", commit: "abc1234" },
    programFile: null,
    config: loadConfig({
      EXCHANGE: exchange,
      EXCHANGE_URL: exchangeUrl,
      REFERENCE_URL: exchangeUrl,
      SYMBOL_COUNT: "3",
      REFRESH_CRON: hourlyCron(),
    }),
    stores,
    announcements: createMemoryAnnouncements(),
    queue,
    consume,
    metrics: createMetrics(),
    durations: WORKER_DURATIONS,
    clock,
    log,
    outages,
    storageDurations: STORAGE_DURATIONS,
    end: (reason) => log.fatal(reason),
  });
  onTestFinished(async () => {
    await worker.close(2_000);
    await queue.close();
  });
  return { linesWith, refresh: () => queue.enqueue("operator") };
}

const snapshotIn = async (store: DocumentStore) => {
  const parsed = parseSnapshot((await store.read())?.documents.get(SNAPSHOT_KEY) ?? "");
  return parsed.ok ? parsed.snapshot : null;
};

const asOfIn = async (store: DocumentStore): Promise<number> => (await snapshotIn(store))?.sections.overview.as_of ?? 0;

it("publishes nothing from before what an earlier worker has published, also at its first answer", async () => {
  const store = createMemoryStore();
  const first = await start([store], (await startExchange()).url);
  await vi.waitFor(() => expect(first.linesWith("Refreshed")).toHaveLength(1), { timeout: 60_000 });
  const [before, sequence] = [await asOfIn(store), await store.sequence()];
  const second = await start([store], (await startExchange(-50_000)).url);
  await vi.waitFor(() => expect(second.linesWith("exchange_lagging")).not.toEqual([]), { timeout: 60_000 });
  expect([await asOfIn(store), await store.sequence()]).toEqual([before, sequence]);
  expect(second.linesWith("Refreshed")).toEqual([]);
});

it("does not take what an earlier worker has published for news: nothing is published until the exchange moves", async () => {
  const store = createMemoryStore();
  const exchange = await startExchange();
  const fault = JSON.stringify({ endpoint: "*", fault: "frozen" });
  await fetch(`${exchange.url}/__faults`, { method: "POST", body: fault });
  // Its overview and its scores are of the same market time.
  const first = await start([store], exchange.url);
  await vi.waitFor(() => expect(first.linesWith("Refreshed")).toHaveLength(1), { timeout: 60_000 });
  const sequence = await store.sequence();
  const second = await start([store], exchange.url);
  await vi.waitFor(() => expect(second.linesWith("Refresh failed")).toHaveLength(1), { timeout: 60_000 });
  expect(second.linesWith("exchange_frozen")).not.toEqual([]);
  expect([await store.sequence(), second.linesWith("First overview")]).toEqual([sequence, []]);

  await fetch(`${exchange.url}/__faults`, { method: "DELETE" });
  await second.refresh();
  await vi.waitFor(() => expect(second.linesWith("Refreshed")).toHaveLength(1), { timeout: 60_000 });
});

it("honours a pause that its exchange asked the worker before it for, and none of another exchange", async () => {
  const store = createMemoryStore();
  const exchange = await startExchange();
  const fault = JSON.stringify({ endpoint: "*", fault: "rate_ban_403" });
  await fetch(`${exchange.url}/__faults`, { method: "POST", body: fault });
  const first = await start([store], exchange.url);
  await vi.waitFor(() => expect(first.linesWith("all calls paused until")).not.toEqual([]), { timeout: 60_000 });
  await fetch(`${exchange.url}/__faults`, { method: "DELETE" });

  const pausedSince = async () => {
    const parsed = parseWorkerStatus((await store.readStatus?.()) ?? "");
    const reasons = parsed.ok ? parsed.status.reasons : [];
    return reasons.find(({ code }) => code === "exchange_paused:exchange_banned")?.since;
  };
  await vi.waitFor(() => expect(first.linesWith("Refresh failed")).toHaveLength(1), { timeout: 60_000 });
  const since = await pausedSince();
  expect(since).toMatch(/Z$/);
  const second = await start([store], exchange.url);
  await vi.waitFor(() => expect(second.linesWith("Refresh failed")).toHaveLength(1), { timeout: 60_000 });
  expect(second.linesWith("before this start")).not.toEqual([]);
  expect(await pausedSince(), "a restart is no beginning").toBe(since);
  // It asks, and learns at once that this is the simulator.
  const other = await start([store], exchange.url, "bybit");
  await vi.waitFor(() => expect(other.linesWith("exchange_is_simulator")).not.toEqual([]), { timeout: 60_000 });
  expect(other.linesWith("before this start")).toEqual([]);
});

it("shows no scores as stale between its start and its first full refresh that are younger than three periods", async () => {
  const store = createMemoryStore();
  const exchange = await startExchange();
  const first = await start([store], exchange.url);
  await vi.waitFor(() => expect(first.linesWith("Refreshed")).toHaveLength(1), { timeout: 60_000 });

  const seen: (boolean | undefined)[] = [];
  const watched: DocumentStore = {
    ...store,
    publish: async (publication) => {
      const result = await store.publish(publication);
      seen.push((await snapshotIn(store))?.sections.scores.stale);
      return result;
    },
  };
  const second = await start([watched], exchange.url);
  await vi.waitFor(() => expect(second.linesWith("Refreshed")).toHaveLength(1), { timeout: 60_000 });
  expect(second.linesWith("First overview")).toHaveLength(1);
  expect(seen).toEqual([false, false]);
});
