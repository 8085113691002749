import { type BoardQueue, createInProcessQueue, REFRESH_DURATIONS, type RefreshQueue } from "@pulseboard/refresh";
import { createMetrics, RUNTIME_DURATIONS, serveMetrics } from "@pulseboard/runtime";
import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog, type LogLine } from "@pulseboard/testing/recorded-log";
import { onTestFinished } from "vitest";
import { createAdmin } from "../admin/create-admin.ts";
import { SERVER_DURATIONS } from "../durations.ts";
import { BOARD } from "./package-folders.ts";
import { GENERATED_AT_MS } from "./sample-documents.ts";

export const ADMIN_TOKEN = "correct-horse-battery-staple-0123456789";
export const BEARER = { Authorization: `Bearer ${ADMIN_TOKEN}` };
/** The header of a browser whose user entered the token as the password. */
export const PASSWORD = { Authorization: `Basic ${Buffer.from(`operator:${ADMIN_TOKEN}`).toString("base64")}` };

export interface TestAdmin {
  /** "http://127.0.0.1:PORT" */
  readonly origin: string;
  readonly queue: RefreshQueue;
  readonly clock: FakeClock;
  readonly lines: readonly LogLine[];
  get(path: string, init?: RequestInit): Promise<Response>;
}

export interface TestAdminOptions {
  /** Null starts the port without ADMIN_TOKEN. */
  readonly token?: string | null;
  /** By default one within this process, without a consumer. */
  readonly queue?: RefreshQueue;
  readonly boardQueue?: () => Promise<BoardQueue>;
  readonly boardWritable?: boolean;
}

/** The operator's port as a process offers it, on a free port of 127.0.0.1. */
export async function startTestAdmin(options: TestAdminOptions = {}): Promise<TestAdmin> {
  const { token = ADMIN_TOKEN, boardQueue = null, boardWritable = false } = options;
  const clock = createFakeClock(GENERATED_AT_MS);
  const metrics = createMetrics();
  const { log, lines } = createRecordedLog();
  const queue = options.queue ?? createInProcessQueue({ log, clock, durations: REFRESH_DURATIONS }).queue;
  const parts = {
    queue,
    boardQueue,
    boardWritable,
    boardDirectory: BOARD,
    metrics,
    durations: SERVER_DURATIONS,
    clock,
    log,
  };
  const admin = token === null ? {} : { extraRoutes: createAdmin({ token, ...parts }) };
  const served = await serveMetrics({ host: "127.0.0.1", port: 0, metrics, durations: RUNTIME_DURATIONS, ...admin });
  onTestFinished(() => served.close());
  const { origin } = new URL(served.url);
  const get = (path: string, init?: RequestInit) => fetch(origin + path, { redirect: "manual", ...init });
  return { origin, queue, clock, lines, get };
}
