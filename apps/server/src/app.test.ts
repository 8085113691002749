import type { RequestListener } from "node:http";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApp } from "./app.ts";
import { SERVER_DURATIONS } from "./durations.ts";
import { createEntryHandler } from "./entry-handler.ts";
import { createClient } from "./http/client-address.ts";
import { createCorsHeaders } from "./http/cors.ts";
import { listen } from "./http/listener.ts";
import { destroyUnparsed } from "./node-internals/stop-parsing.ts";
import { type CurrentSnapshot, createSnapshotHolder } from "./snapshot/current-snapshot.ts";
import { load } from "./snapshot/loaded-snapshot.ts";
import { prepareErrorBodies } from "./snapshot/prepare-bodies.ts";
import { createSnapshotResponder } from "./snapshot/respond-from-snapshot.ts";
import { DOCS_VIEWER } from "./testing/package-folders.ts";
import { GENERATED_AT_MS, samplePublication } from "./testing/sample-documents.ts";

const BUILD = { version: "1.2.3", commit: "abc1234" };

/** The Express app alone, and the entry handler in front of it, over the same function. */
async function createHandlers(current: () => CurrentSnapshot | null) {
  const { log, lines } = createRecordedLog();
  const clock = createFakeClock(GENERATED_AT_MS);
  const client = createClient([]);
  const corsHeaders = createCorsHeaders([]);
  const respondFromSnapshot = createSnapshotResponder({
    snapshots: { current, symbolsSettled: async () => {} },
    errorBodies: prepareErrorBodies(0),
    requestRefresh: () => {},
    freshForMs: null,
    corsHeaders,
    client,
    clock,
  });
  const app = createApp({
    respondFromSnapshot,
    readiness: () => ({ status: "ready", ...BUILD, degraded: [], since: {}, until: {}, sequence: 1, age_s: 0 }),
    build: BUILD,
    metrics: null,
    isBehindTls: client.isBehindTls,
    page: undefined,
    docsViewerDirectory: DOCS_VIEWER,
    log,
  });
  const entry = createEntryHandler({ counts: null, limiter: null, client, corsHeaders, respondFromSnapshot, app, log });
  const url = async (handler: RequestListener): Promise<string> => {
    const listener = await listen({
      host: "127.0.0.1",
      port: 0,
      handler,
      cutOff: destroyUnparsed,
      durations: SERVER_DURATIONS,
      clock,
    });
    onTestFinished(() => listener.close(0));
    return listener.url;
  };
  return { app: await url(app), entry: await url(entry), lines };
}

const broken = (): never => {
  throw new TypeError("cannot read /etc/secret");
};

describe.each(["app", "entry"] as const)("%s", (which) => {
  it("responds to a defect with 500, an id and no details; the log has those, with that id", async () => {
    const { lines, ...urls } = await createHandlers(broken);
    const response = await fetch(`${urls[which]}/api/snapshot?secret=1`);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      status: "error",
      error: "internal_error",
      message: "Something went wrong in the server. The error was logged with the id in X-Request-Id.",
    });
    const requestId = response.headers.get("x-request-id");
    expect(requestId).toMatch(/^[\da-f-]{36}$/);
    expect(lines).toMatchObject([
      { level: "error", requestId, path: "/api/snapshot", err: { message: "cannot read /etc/secret" } },
    ]);
    // And the next one is served.
    expect((await fetch(`${urls[which]}/healthz`)).status).toBe(200);
  });
});

it("responds with the same bytes and headers through Express alone and with the entry handler in front of it", async () => {
  const { log } = createRecordedLog();
  const snapshots = createSnapshotHolder({ log });
  const result = load(samplePublication(), "bybit", createFakeClock(GENERATED_AT_MS));
  if (!result.ok) {
    throw new Error(result.problem);
  }
  snapshots.replace(result.loaded);
  await snapshots.settled();
  const urls = await createHandlers(snapshots.current);

  const answers = async (path: string, init: RequestInit) => {
    const [byEntry, byApp] = await Promise.all([fetch(urls.entry + path, init), fetch(urls.app + path, init)]);
    const whole = async (response: Response) => {
      const { date: _, ...headers } = Object.fromEntries(response.headers);
      return { status: response.status, headers, body: await response.text() };
    };
    return [await whole(byEntry), await whole(byApp)] as const;
  };
  for (const path of ["/api/dashboard/mobile-data", "/api/snapshot?x=1", "/api/dashboard/confluence-analysis/NOUSDT"]) {
    for (const method of ["GET", "HEAD", "OPTIONS", "DELETE"]) {
      for (const headers of [
        {},
        { "accept-encoding": "br" },
        { "if-none-match": "*" },
        { "accept-encoding": "*;q=0" },
      ]) {
        const [byEntry, byApp] = await answers(path, { method, headers });
        expect(byEntry, `${method} ${path} ${JSON.stringify(headers)}`).toEqual(byApp);
      }
    }
  }
});
