import { randomUUID } from "node:crypto";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createBullQueue, createInProcessQueue, QueueError, REFRESH_DURATIONS } from "@pulseboard/refresh";
import { createMetrics, loadConfig, systemClock } from "@pulseboard/runtime";
import { startSimulator } from "@pulseboard/simulator";
import { type MobileSnapshot, parseSnapshot, parseWorkerStatus, SNAPSHOT_KEY } from "@pulseboard/snapshot";
import {
  createMemoryAnnouncements,
  createMemoryStore,
  type DocumentStore,
  STORAGE_DURATIONS,
} from "@pulseboard/storage";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, onTestFinished } from "vitest";
import { WORKER_DURATIONS, type WorkerDurations } from "../durations.ts";
import { type RunningWorker, startWorker, type WorkerContext } from "../worker.ts";

interface TestWorker extends RunningWorker, RecordedLog, TestQueue {
  /** Why it would have ended its process. */
  readonly ends: readonly string[];
}

type TestQueue = Pick<WorkerContext, "queue" | "consume">;
export type OpenQueue = (tools: RecordedLog) => TestQueue;

export const inProcess: OpenQueue = ({ log }) =>
  createInProcessQueue({ log, clock: systemClock, durations: REFRESH_DURATIONS });

/** Over the Redis at `url`, under a prefix of its own unless one is given. */
export function overRedis({ log, outages }: RecordedLog, url: string, keyPrefix: string = randomUUID()) {
  const tools = { log, outages, clock: systemClock };
  const redis = connectRedis({ url, keyPrefix, ...tools, durations: REDIS_DURATIONS });
  onTestFinished(() => redis.close());
  return createBullQueue({ redis, ...tools, durations: REFRESH_DURATIONS });
}

export const withoutQueue: OpenQueue = () => ({
  queue: {
    enqueue: () => Promise.reject(new QueueError("away", { code: "queue_unreachable", retryable: true })),
    servedSequence: () => Promise.reject(new QueueError("away", { code: "queue_unreachable", retryable: true })),
    depth: () => Promise.reject(new QueueError("away", { code: "queue_unreachable", retryable: true })),
    close: async () => undefined,
  },
  consume: () => ({ close: async () => undefined }),
});

export interface WorkersOptions {
  /** Beside the one that all share. */
  readonly moreStores?: readonly DocumentStore[];
  /** By default the simulator's. */
  readonly referenceUrl?: string;
  readonly storeHangsMs?: number;
}

/** Prepares workers on a simulated exchange of their own that refresh every second; they share one store. */
export async function prepareWorkers(changes: Partial<WorkerDurations> = {}, options: WorkersOptions = {}) {
  const { moreStores = [], storeHangsMs = STORAGE_DURATIONS.storeHangsMs } = options;
  const folder = await createTemporaryFolder();
  const simulator = await startSimulator({
    market: { kind: "generated", seed: 7, symbolCount: 12 },
    port: 0,
    speed: 1,
    banMs: 1_000,
    clock: systemClock,
  });
  onTestFinished(async () => {
    await simulator.close();
    await folder.remove();
  });
  const store = createMemoryStore();
  const announcements = createMemoryAnnouncements();

  const launch = async (openQueue: OpenQueue): Promise<TestWorker> => {
    const recorded = createRecordedLog();
    const opened = openQueue(recorded);
    const ends: string[] = [];
    const worker = await startWorker({
      build: { version: "1.2.3", commit: "abc1234" },
      programFile: null,
      config: loadConfig({
        EXCHANGE: "simulator",
        EXCHANGE_URL: simulator.url,
        REFERENCE_URL: options.referenceUrl ?? simulator.url,
        SYMBOL_COUNT: "5",
        DATA_DIR: folder.path,
        REFRESH_CRON: "* * * * * *",
      }),
      stores: [store, ...moreStores],
      announcements,
      ...opened,
      metrics: createMetrics(),
      durations: { ...WORKER_DURATIONS, leastPeriodMs: 1_000, ...changes },
      clock: systemClock,
      ...recorded,
      storageDurations: { ...STORAGE_DURATIONS, storeHangsMs },
      end: (reason) => void ends.push(reason),
    });
    let closing: Promise<void> | null = null;
    const close = async (graceMs: number): Promise<void> => {
      closing ??= worker.close(graceMs).then(() => opened.queue.close());
      await closing;
    };
    onTestFinished(() => close(1_000));
    return { ...worker, ...recorded, ...opened, close, ends };
  };

  return {
    launch,
    store,
    announcements,
    /** How often the exchange was asked so far. */
    requests: async (): Promise<number> => {
      const { requests } = Object(await (await fetch(`${simulator.url}/__stats`)).json());
      const counts = Object.entries(requests).filter(([endpoint]) => endpoint.startsWith("/v5/"));
      return counts.reduce((sum, [, count]) => sum + Number(count), 0);
    },
    /** Switches a fault of the simulator on, or all of them off. */
    fault: async (endpoint: string | null, fault = "slow_headers"): Promise<void> => {
      const method = endpoint === null ? "DELETE" : "POST";
      const body = endpoint === null ? null : JSON.stringify({ endpoint, fault, share: 1 });
      expect((await fetch(`${simulator.url}/__faults`, { method, body })).status).toBe(200);
    },
    snapshot: async (): Promise<MobileSnapshot | null> => {
      const parsed = parseSnapshot((await store.read())?.documents.get(SNAPSHOT_KEY) ?? "");
      return parsed.ok ? parsed.snapshot : null;
    },
    status: async () => {
      const parsed = parseWorkerStatus((await store.readStatus?.()) ?? "");
      return parsed.ok ? parsed.status : null;
    },
  };
}
