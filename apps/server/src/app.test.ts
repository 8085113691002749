import type { RequestListener } from "node:http";
import { systemClock } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApp } from "./app.ts";
import { createFront } from "./front.ts";
import { hold, readPublication } from "./held-snapshot.ts";
import { createClient } from "./http/client-address.ts";
import { createCorsHeaders } from "./http/cors.ts";
import { listen } from "./http-listener.ts";
import { prepareErrorBodies } from "./prepared-bodies.ts";
import { createServing, type Serving } from "./serving.ts";
import { createSnapshotAnswer } from "./snapshot-answer.ts";
import { createLogLines } from "./testing/log-lines.ts";
import { GENERATED_AT_MS, samplePublication } from "./testing/sample-documents.ts";

/** The Express app alone, and the front before it, over the same function. */
async function createHandlers(serving: () => Serving | null) {
  const { log, lines } = createLogLines();
  const clock = createFakeClock(GENERATED_AT_MS);
  const client = createClient([]);
  const corsHeaders = createCorsHeaders([]);
  const answerSnapshot = createSnapshotAnswer({
    serving,
    symbolsSettled: async () => {},
    ...prepareErrorBodies(0),
    requestRefresh: () => {},
    freshForMs: null,
    corsHeaders,
    client,
    clock,
  });
  const app = createApp({
    answerSnapshot,
    readiness: () => ({ status: "ready", degraded: [], sequence: 1, age_s: 0 }),
    metrics: null,
    isBehindTls: client.isBehindTls,
    log,
  });
  const front = createFront({ counts: null, limiter: null, client, corsHeaders, answerSnapshot, app, log });
  const url = async (handler: RequestListener): Promise<string> => {
    const listener = await listen({ host: "127.0.0.1", port: 0, clock: systemClock, handler });
    onTestFinished(() => listener.close(0));
    return listener.url;
  };
  return { app: await url(app), front: await url(front), lines };
}

const broken = (): never => {
  throw new TypeError("cannot read /etc/secret");
};

describe.each(["app", "front"] as const)("%s", (which) => {
  it("answers a defect of ours with 500, an id and no details; those are in the log, under that id", async () => {
    const { lines, ...urls } = await createHandlers(broken);
    const response = await fetch(`${urls[which]}/api/snapshot?secret=1`);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      status: "error",
      error: "internal_error",
      message: "Something went wrong here. It has been logged, under the id in X-Request-Id.",
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

it("answers the same, byte for byte and header for header, with Express alone and with the front before it", async () => {
  const { log } = createLogLines();
  const serving = createServing({ log });
  const read = readPublication(samplePublication(), "bybit");
  if (!read.ok) {
    throw new Error(read.problem);
  }
  serving.take(hold(read, createFakeClock(GENERATED_AT_MS)), read.analyses);
  await serving.settled();
  const urls = await createHandlers(serving.current);

  const answers = async (path: string, init: RequestInit) => {
    const [byFront, byApp] = await Promise.all([fetch(urls.front + path, init), fetch(urls.app + path, init)]);
    const whole = async (response: Response) => {
      const { date: _, ...headers } = Object.fromEntries(response.headers);
      return { status: response.status, headers, body: await response.text() };
    };
    return [await whole(byFront), await whole(byApp)] as const;
  };
  for (const path of ["/api/dashboard/mobile-data", "/api/snapshot?x=1", "/api/dashboard/confluence-analysis/NOUSDT"]) {
    for (const method of ["GET", "HEAD", "OPTIONS", "DELETE"]) {
      for (const headers of [
        {},
        { "accept-encoding": "br" },
        { "if-none-match": "*" },
        { "accept-encoding": "*;q=0" },
      ]) {
        const [byFront, byApp] = await answers(path, { method, headers });
        expect(byFront, `${method} ${path} ${JSON.stringify(headers)}`).toEqual(byApp);
      }
    }
  }
});
