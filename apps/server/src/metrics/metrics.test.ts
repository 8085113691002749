import { createMetrics } from "@pulseboard/runtime";
import { analysisKey, SNAPSHOT_KEY } from "@pulseboard/snapshot";
import { createMemoryStore } from "@pulseboard/storage";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { ServerContext } from "../server-context.ts";
import { createFaultyStore } from "../testing/faulty-store.ts";
import { samplePublication, withDocument } from "../testing/sample-documents.ts";
import { startTestServer } from "../testing/test-server.ts";

const MOBILE = "/api/dashboard/mobile-data";
const HOUR_MS = 3_600_000;

async function startCounted(overrides: Partial<ServerContext> = {}, publication = samplePublication()) {
  const metrics = createMetrics();
  const started = await startTestServer({ metrics, ...overrides }, (store) => store.publish(publication));
  /** The lines of one metric without its name: `{freshness="fresh"} 1`. */
  const lines = async (name: string): Promise<readonly string[]> =>
    [...(await metrics.text()).matchAll(new RegExp(`^pulseboard_${name}(\\W.*)$`, "gm"))].map(([, rest = ""]) =>
      rest.trim(),
    );
  return { ...started, metrics, lines };
}

function requestLine(route: string, status: number, representation: string, count = 1): string {
  return `{route="${route}",status="${status}",representation="${representation}"} ${count}`;
}

describe("requests", () => {
  it("are counted by route, status and representation", async () => {
    const { get, lines } = await startCounted();
    const identity = { headers: { "accept-encoding": "identity" } };
    const etag = (await get(MOBILE, identity)).headers.get("etag") ?? "";
    await get(MOBILE, identity);
    await get(MOBILE, { headers: { "accept-encoding": "gzip" } });
    await get(`${MOBILE}?query=1`, { headers: { "accept-encoding": "br" } });
    await get(MOBILE, { headers: { "accept-encoding": "identity", "if-none-match": etag } });
    await get(MOBILE, { method: "HEAD" });
    await get(MOBILE, { method: "OPTIONS" });
    await get(MOBILE, { method: "DELETE" });
    await get("/healthz");
    await get("/openapi.json", identity);
    await get("/docs/start.js", identity);
    for (const name of ["a", "b", "c"]) {
      await get(`/stranger/${name}`);
    }
    expect((await lines("http_requests_total")).toSorted()).toEqual(
      [
        requestLine(MOBILE, 200, "identity", 2),
        requestLine(MOBILE, 200, "gzip"),
        requestLine(MOBILE, 200, "br"),
        requestLine(MOBILE, 304, "none"),
        requestLine(MOBILE, 200, "none"),
        requestLine(MOBILE, 204, "none"),
        requestLine(MOBILE, 405, "identity"),
        requestLine("/healthz", 200, "identity"),
        requestLine("/openapi.json", 200, "identity"),
        requestLine("/docs", 200, "identity"),
        requestLine("other", 404, "identity", 3),
      ].toSorted(),
    );
    expect(await lines("http_request_duration_seconds_count")).toEqual(["1"]);
  });

  it("for symbols are counted as one route", async () => {
    const { get, lines } = await startCounted();
    const prefix = "/api/dashboard/confluence-analysis/";
    await expect.poll(async () => (await get(`${prefix}AUSDT`)).status).toBe(404);
    await get(`${prefix}BUSDT`);
    const routes = (await lines("http_requests_total")).map((line) => /route="([^"]+)"/.exec(line)?.[1]);
    expect(new Set(routes)).toEqual(new Set([`${prefix}{symbol}`]));
  });

  it("beyond the rate limit are counted too", async () => {
    const edge = { rateLimitPerMinute: 1, trustProxy: [], corsOrigins: [] };
    const { get, lines } = await startCounted({ edge });
    for (let asked = 0; asked < 40; asked++) {
      await get(MOBILE);
    }
    const counted = await lines("http_requests_total");
    expect(counted.some((line) => line.startsWith(`{route="${MOBILE}",status="429",representation="identity"}`))).toBe(
      true,
    );
    const total = counted.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    expect(total).toBe(40);
  });
});

describe("the snapshot", () => {
  it("is described by its age, its sequence and the responses with it", async () => {
    const { get, lines, clock } = await startCounted({}, samplePublication({ sequence: 7 }));
    await get(MOBILE);
    await get("/healthz");
    await clock.advance(HOUR_MS);
    await get(MOBILE);
    await get("/api/market/overview");
    expect(await lines("snapshot_answers_total")).toEqual([
      '{freshness="fresh"} 1',
      '{freshness="stale"} 2',
      '{freshness="error"} 0',
    ]);
    expect(await lines("snapshot_age_seconds")).toEqual(["3600"]);
    expect(await lines("snapshot_sequence")).toEqual(["7"]);
    clock.setNowMs(clock.nowMs() + HOUR_MS);
    expect(await lines("snapshot_age_seconds")).toEqual([]);
    expect(await lines("enqueues_total")).toEqual(['{trigger="stale",outcome="accepted"} 1']);
  });

  it("has no age while there is none, and the responses are counted as errors", async () => {
    const { get, lines } = await startCounted({ stores: [createMemoryStore()] });
    await get(MOBILE);
    expect(await lines("snapshot_answers_total")).toContain('{freshness="error"} 1');
    expect(await lines("snapshot_age_seconds")).toEqual([]);
  });

  it("is counted once when it is refused, like its line in the log", async () => {
    const damaged = withDocument(samplePublication(), SNAPSHOT_KEY, "{");
    const { lines, clock } = await startCounted({}, damaged);
    await clock.advance(20_000);
    expect(await lines("refused_documents_total")).toEqual(['{kind="publication"} 1']);
  });

  it("counts each damaged analysis", async () => {
    const some = withDocument(samplePublication(), analysisKey("S0USDT"), "{");
    const { lines } = await startCounted({}, withDocument(some, analysisKey("S1USDT"), "no"));
    await expect.poll(() => lines("refused_documents_total")).toEqual(['{kind="analysis"} 2']);
  });
});

it("a store that fails, and one that hangs, are counted at each look", async () => {
  const redis = createFaultyStore("redis");
  const disk = createFaultyStore("disk");
  const { clock, lines } = await startCounted({ stores: [redis, disk] });
  redis.fault = "fails";
  disk.fault = "hangs";
  await clock.advance(5_000);
  await clock.advance(5_000);
  expect((await lines("store_errors_total")).toSorted()).toEqual([
    '{store="disk",operation="read",code="store_timeout"} 1',
    '{store="redis",operation="read",code="unexpected"} 2',
  ]);
});

it("open WebSockets are counted", async () => {
  const { server, lines } = await startCounted();
  expect(await lines("websocket_listeners")).toEqual(["0"]);
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`);
  await new Promise((resolve, reject) => socket.once("message", resolve).once("error", reject));
  expect(await lines("websocket_listeners")).toEqual(["1"]);
  socket.close();
  await expect.poll(() => lines("websocket_listeners")).toEqual(["0"]);
});

it("upgrades count towards the rate limit, and refused ones are counted by reason", async () => {
  const edge = { rateLimitPerMinute: 3, trustProxy: ["loopback"], corsOrigins: [] };
  const { server, get, lines } = await startCounted({ edge });
  const opened = async (path: string, address: string) => {
    const headers = { "x-forwarded-for": address };
    const socket = new WebSocket(`${server.url.replace("http", "ws")}${path}`, { headers });
    const answered = new Promise<string>((resolve) => {
      socket.once("open", () => resolve("open")).once("error", ({ message }) => resolve(message));
    });
    return answered.finally(() => socket.terminate());
  };
  // Two addresses of one customer's /64.
  expect((await get(MOBILE, { headers: { "x-forwarded-for": "2001:db8::1" } })).status).toBe(200);
  expect(await opened("/ws", "2001:db8::2")).toBe("open");
  expect(await opened("/elsewhere", "2001:db8::3")).toContain("404");
  expect(await opened("/ws", "2001:db8::4")).toContain("429");
  expect((await get(MOBILE, { headers: { "x-forwarded-for": "2001:db8::1" } })).status).toBe(429);
  expect(await opened("/ws", "203.0.113.7")).toBe("open");
  expect((await lines("websockets_refused_total")).toSorted()).toEqual([
    '{reason="not_found"} 1',
    '{reason="rate_limited"} 1',
  ]);
});

describe("/metrics on the phones' port", () => {
  it("is off by default", async () => {
    const { get } = await startCounted();
    expect((await get("/metrics")).status).toBe(404);
  });

  it("serves the same as the operator's port", async () => {
    const { get } = await startCounted({ metricsOnPublicPort: true });
    await get(MOBILE);
    const response = await get("/metrics");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/plain");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toContain(`pulseboard_http_requests_total{route="${MOBILE}",status="200"`);
    expect((await get("/metrics", { method: "POST" })).status).toBe(405);
  });
});
