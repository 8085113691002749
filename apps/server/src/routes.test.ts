import {
  ALERTS_KEY,
  analysisKey,
  confluenceAnalysisErrorSchema,
  confluenceAnalysisSchema,
  exampleDocuments,
  SNAPSHOT_KEY,
  SNAPSHOT_ROUTES,
  SYMBOLS_KEY,
} from "@pulseboard/snapshot";
import type { Publication } from "@pulseboard/storage";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startTestServer } from "./testing/test-server.ts";

/** A publication of the contract's example documents. */
function examplePublication(): Publication {
  const { snapshot, symbols, analyses, alerts } = exampleDocuments();
  return {
    sequence: snapshot.sequence,
    documents: new Map([
      [SNAPSHOT_KEY, JSON.stringify(snapshot)],
      [SYMBOLS_KEY, JSON.stringify(symbols)],
      [ALERTS_KEY, JSON.stringify(alerts)],
      ...[...analyses].map(([symbol, analysis]) => [analysisKey(symbol), JSON.stringify(analysis)] as const),
    ]),
  };
}

const { snapshot: example } = exampleDocuments();
const SYMBOL_PATH = "/api/dashboard/confluence-analysis/";

async function startFull() {
  const started = await startTestServer({ origin: example.origin }, (store) => store.publish(examplePublication()));
  started.clock.setNowMs(Date.parse(example.generated_at) + 1000);
  // The bodies with analyses follow a moment after the others.
  await expect.poll(async () => (await started.get(`${SYMBOL_PATH}BTCUSDT`)).headers.get("etag")).not.toBeNull();
  return started;
}

describe("with a snapshot", () => {
  it("serves a body of its schema on every route, fresh and stale", async () => {
    const { get, clock } = await startFull();
    for (const freshness of ["fresh", "stale"]) {
      for (const { path, schema } of SNAPSHOT_ROUTES) {
        const response = await get(path);
        expect(response.status, `${path} ${freshness}`).toBe(200);
        expect(response.headers.get("x-snapshot-sequence"), path).toBe(String(example.sequence));
        expect(schema.safeParse(await response.json()).error?.issues ?? [], `${path} ${freshness}`).toEqual([]);
      }
      await clock.advance(3_600_000);
    }
  });

  it("finds a symbol of any script, however the client writes its address", async () => {
    const symbol = "币安人生USDT";
    const { sequence, documents } = examplePublication();
    const renamed = [...documents].map(
      ([key, json]) =>
        [key.replace(analysisKey("BTCUSDT"), analysisKey(symbol)), json.replaceAll("BTCUSDT", symbol)] as const,
    );
    const { get } = await startTestServer({ origin: example.origin }, (store) =>
      store.publish({ sequence, documents: new Map(renamed) }),
    );
    const path = `${SYMBOL_PATH}${encodeURIComponent(symbol)}`;
    await expect.poll(async () => (await get(path)).json()).toMatchObject({ symbol });
    for (const spelling of [path.replace("%E5", "%e5"), path.replace("USDT", "%55SDT")]) {
      expect(await (await get(spelling)).json(), spelling).toMatchObject({ symbol });
    }
  });

  it("explains each scored symbol, and no other", async () => {
    const { get } = await startFull();
    const known = await get(`${SYMBOL_PATH}BTCUSDT`);
    expect(confluenceAnalysisSchema.safeParse(await known.json()).success).toBe(true);
    for (const symbol of ["NOPEUSDT", "", "BTCUSDT/x", "..%2f", "constructor"]) {
      const unknown = await get(SYMBOL_PATH + symbol);
      expect(unknown.status, symbol).toBe(404);
      const body = await unknown.json();
      expect(body, symbol).toMatchObject({ error: "symbol_not_scored" });
      expect(confluenceAnalysisErrorSchema.safeParse(body).error?.issues ?? [], symbol).toEqual([]);
    }
  });

  it("sends a WebSocket the notice of the current snapshot, and of the next one", async () => {
    const { server, store, announcements } = await startFull();
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`);
    const messages: unknown[] = [];
    socket.on("message", (data) => messages.push(JSON.parse(String(data))));
    await expect.poll(() => messages.length).toBe(1);
    expect(messages[0]).toMatchObject({
      type: "snapshot",
      sequence: example.sequence,
      etag: expect.stringMatching(/^".+"$/),
    });

    const next = example.sequence + 1;
    const renumbered = [...examplePublication().documents].map(
      ([key, text]) => [key, JSON.stringify({ ...JSON.parse(text), sequence: next })] as const,
    );
    await store.publish({ sequence: next, documents: new Map(renumbered) });
    await announcements.announce(next);
    await expect.poll(() => messages.length).toBe(2);
    expect(messages[1]).toMatchObject({ type: "snapshot", sequence: next });
    socket.close();
  });
});

describe("without one", () => {
  it("answers 200 with the documented error body on every route", async () => {
    const { get } = await startTestServer();
    for (const { path, errorSchema } of SNAPSHOT_ROUTES) {
      const response = await get(path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get("retry-after"), path).toBe("2");
      expect(errorSchema.safeParse(await response.json()).error?.issues ?? [], path).toEqual([]);
    }
  });

  it("serves the error body for a symbol too", async () => {
    const { get } = await startTestServer();
    const response = await get(`${SYMBOL_PATH}BTCUSDT`);
    expect(response.status).toBe(200);
    expect(confluenceAnalysisErrorSchema.safeParse(await response.json()).success).toBe(true);
  });
});

it("serves the description of the API, and a page that shows it", async () => {
  const { get } = await startTestServer();
  const description = (await (await get("/openapi.json")).json()) as {
    openapi: string;
    paths: Record<string, unknown>;
  };
  expect(description.openapi).toMatch(/^3\.1/);
  for (const { path } of SNAPSHOT_ROUTES) {
    expect(Object.keys(description.paths)).toContain(path);
  }
  const page = await get("/docs/");
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
});
