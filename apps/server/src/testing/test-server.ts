import { createInProcessQueue, type InProcessQueue, REFRESH_DURATIONS } from "@pulseboard/refresh";
import {
  type Announcements,
  createMemoryAnnouncements,
  createMemoryStore,
  type DocumentStore,
} from "@pulseboard/storage";
import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog, type LogLine } from "@pulseboard/testing/recorded-log";
import { onTestFinished } from "vitest";
import { SERVER_DURATIONS } from "../durations.ts";
import type { ServerContext } from "../server-context.ts";
import { type RunningServer, startServer } from "../start-server.ts";
import { DOCS_VIEWER } from "./package-folders.ts";
import { GENERATED_AT_MS } from "./sample-documents.ts";

/** Those of production, but for idle connections: a test that moves its clock by hours keeps its client's connections. */
const TEST_DURATIONS = { ...SERVER_DURATIONS, keepAliveMs: Number.POSITIVE_INFINITY };

export interface TestServer {
  readonly server: RunningServer;
  readonly store: DocumentStore;
  readonly announcements: Announcements;
  readonly queue: InProcessQueue;
  /** The triggers of the refreshes that were asked for, in order. */
  readonly refreshes: readonly string[];
  readonly clock: FakeClock;
  readonly lines: readonly LogLine[];
  get(path: string, init?: RequestInit): Promise<Response>;
}

/** A server on a free port of 127.0.0.1 with a memory store, a queue that records, and a clock that stands still. */
export async function startTestServer(
  overrides: Partial<ServerContext> = {},
  prepare: (store: DocumentStore) => Promise<unknown> = async () => {},
): Promise<TestServer> {
  const clock = createFakeClock(GENERATED_AT_MS);
  const { log, outages, lines } = createRecordedLog();
  const store = createMemoryStore();
  const announcements = createMemoryAnnouncements();
  const queue = createInProcessQueue({ log, clock, durations: REFRESH_DURATIONS });
  const refreshes: string[] = [];
  queue.consume(async ({ trigger }) => {
    refreshes.push(trigger);
  });
  await prepare(store);
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    build: { version: "1.2.3", commit: "abc1234" },
    origin: "bybit",
    freshForMs: null,
    stores: [store],
    announcements,
    queue: queue.queue,
    docsViewerDirectory: DOCS_VIEWER,
    durations: TEST_DURATIONS,
    clock,
    log,
    outages,
    ...overrides,
  });
  onTestFinished(() => server.close(0));
  const get = (path: string, init?: RequestInit) => fetch(server.url + path, init);
  return { server, store, announcements, queue, refreshes, clock, lines, get };
}
