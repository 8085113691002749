import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { QueueError } from "@pulseboard/refresh";
import { parseSnapshot } from "@pulseboard/snapshot";
import type { DocumentStore } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createFaultyStore } from "./testing/faulty-store.ts";
import { GENERATED_AT_MS, PERIOD_MS, sampleFields, samplePublication } from "./testing/sample-documents.ts";
import { startTestServer } from "./testing/test-server.ts";

const BODY_PATHS = ["/api/dashboard/mobile-data", "/api/snapshot", "/api/market/overview"] as const;
const KNOWN_PATHS = [...BODY_PATHS, "/healthz", "/readyz"] as const;

const withSnapshot = (store: DocumentStore) => store.publish(samplePublication());

describe("while the snapshot is fresh", () => {
  it("answers each route with its body of that snapshot", async () => {
    const { get, refreshes } = await startTestServer({}, withSnapshot);
    const mobileData = await get("/api/dashboard/mobile-data");
    expect(mobileData.status).toBe(200);
    const body = await mobileData.text();
    expect(body).toBe(samplePublication().documents.get("mobile:snapshot"));
    expect(parseSnapshot(body)).toMatchObject({ ok: true, snapshot: { stale: false, data_source: "live" } });

    const page = await (await get("/api/snapshot")).json();
    expect(page).toMatchObject({ status: "success", sequence: 1, stale: false });
    expect(page).toHaveProperty("confluence_scores.11.symbol", "S0USDT");
    expect(page).not.toHaveProperty("opportunities");

    expect(await (await get("/api/market/overview")).json()).toMatchObject({
      status: "success",
      btc_price: 109_000.5,
      breadth: { up: 300 },
      data_source: "live",
    });
    expect(refreshes).toEqual([]);
  });

  it.each(BODY_PATHS)("sends headers with %s for its age, its sequence and revalidation", async (path) => {
    const { get, clock } = await startTestServer({}, withSnapshot);
    await clock.advance(12_999);
    const response = await get(path);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-cache",
      vary: "Accept-Encoding",
      "x-snapshot-age": "12",
      "x-snapshot-sequence": "1",
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
      "content-security-policy": "default-src 'none';frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
    });
    expect(response.headers.get("x-powered-by")).toBeNull();
  });

  it.each(BODY_PATHS)("answers 304 on %s to clients that have the current body", async (path) => {
    const { get, clock, store, announcements } = await startTestServer({}, withSnapshot);
    const etag = (await get(path)).headers.get("etag") ?? "";
    await clock.advance(5000);
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = await get(path, { headers: { "if-none-match": tags } });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe("");
      expect(Object.fromEntries(response.headers)).toMatchObject({
        etag,
        "x-snapshot-age": "5",
        "cache-control": "no-cache",
      });
    }
    expect((await get(path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);

    await store.publish(samplePublication({ sequence: 2 }));
    await announcements.announce(2);
    await expect.poll(async () => (await get(path, { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  it("answers HEAD like GET without the body", async () => {
    const { get } = await startTestServer({}, withSnapshot);
    const [head, full] = [await get(BODY_PATHS[0], { method: "HEAD" }), await get(BODY_PATHS[0])];
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
    for (const name of ["etag", "content-length", "content-type", "x-snapshot-sequence"]) {
      expect(head.headers.get(name)).toBe(full.headers.get(name));
    }
  });
});

describe("once the snapshot is stale", () => {
  it("serves the same data marked as stale, under another tag", async () => {
    const { get, clock } = await startTestServer({}, withSnapshot);
    const fresh = await get(BODY_PATHS[0]);
    await clock.advance(3 * PERIOD_MS - 1);
    expect(await (await get(BODY_PATHS[0])).json()).toMatchObject({ stale: false });
    await clock.advance(1);
    const stale = await get(BODY_PATHS[0], { headers: { "if-none-match": fresh.headers.get("etag") ?? "" } });
    expect(stale.status).toBe(200);
    expect(stale.headers.get("x-snapshot-age")).toBe("90");
    const freshText = await fresh.text();
    expect(await stale.json()).toEqual({ ...JSON.parse(freshText), stale: true, data_source: "stale" });
    expect(await (await get("/api/snapshot")).json()).toMatchObject({ stale: true, data_source: "stale" });
    expect(await (await get("/api/market/overview")).json()).toMatchObject({ stale: true, data_source: "stale" });
  });

  it("asks for one refresh, and for another at most every 5 s", async () => {
    const { get, clock, refreshes } = await startTestServer({}, withSnapshot);
    await clock.advance(3 * PERIOD_MS);
    await Promise.all(BODY_PATHS.flatMap((path) => [get(path), get(path), get(path)]));
    expect(refreshes).toEqual(["stale"]);
    await clock.advance(4999);
    await get(BODY_PATHS[0]);
    expect(refreshes).toEqual(["stale"]);
    await clock.advance(1);
    await get(BODY_PATHS[0]);
    expect(refreshes).toEqual(["stale", "stale"]);
  });

  it("uses FRESH_FOR_MS when it is set", async () => {
    const { get, clock } = await startTestServer({ freshForMs: 10_000 }, withSnapshot);
    await clock.advance(9999);
    expect(await (await get(BODY_PATHS[0])).json()).toMatchObject({ stale: false });
    await clock.advance(1);
    expect(await (await get(BODY_PATHS[0])).json()).toMatchObject({ stale: true });
  });

  it("is stale even if the wall clock was set back", async () => {
    const { get, clock } = await startTestServer({}, withSnapshot);
    await clock.advance(3 * PERIOD_MS);
    clock.setNowMs(clock.nowMs() - 3_600_000);
    const response = await get(BODY_PATHS[0]);
    expect(response.headers.get("x-snapshot-age")).toBe("90");
    expect(await response.json()).toMatchObject({ stale: true });
  });

  it("is stale and of unknown age when the wall clock is set ahead: the machine may as well have slept", async () => {
    const { get, clock } = await startTestServer({}, withSnapshot);
    const fresh = await get(BODY_PATHS[0]);
    await clock.advance(5000);
    clock.setNowMs(clock.nowMs() + 10_000);
    const response = await get(BODY_PATHS[0]);
    expect(response.headers.get("x-snapshot-age")).toBeNull();
    expect(await response.json()).toMatchObject({ stale: true });
    const unchanged = await get(BODY_PATHS[0], { headers: { "if-none-match": response.headers.get("etag") ?? "" } });
    expect([unchanged.status, unchanged.headers.get("x-snapshot-age")]).toEqual([304, null]);
    expect(await (await get("/readyz")).json()).toMatchObject({ degraded: ["snapshot_stale"], age_s: null });
    expect((await get(BODY_PATHS[0], { headers: { "if-none-match": fresh.headers.get("etag") ?? "" } })).status).toBe(
      200,
    );
  });

  it.each([
    ["over a minute ahead of its clock is of unknown age, and stale", -60_001, null, true],
    ["up to a minute ahead counts from its arrival", -60_000, "0", false],
    ["that is older keeps its age", 29_000, "29", false],
  ])("a stored snapshot %s", async (_name, sinceMs, age, stale) => {
    const clock = createFakeClock(GENERATED_AT_MS + sinceMs);
    const { get } = await startTestServer({ clock }, withSnapshot);
    const response = await get(BODY_PATHS[0]);
    expect(response.headers.get("x-snapshot-age")).toBe(age);
    expect(await response.json()).toMatchObject({ stale });
    // A clock that is corrected afterwards tells no age that was not known before, and harms none that was.
    clock.setNowMs(GENERATED_AT_MS - 3_600_000);
    await clock.advance(1000);
    const later = await get(BODY_PATHS[0]);
    expect(later.headers.get("x-snapshot-age")).toBe(age === null ? null : String(Number(age) + 1));
  });

  it("goes on serving when the queue fails, and logs that once", async () => {
    const fails = () => Promise.reject(new QueueError("no queue", { code: "queue_failed", retryable: true }));
    const failing = { enqueue: fails, servedSequence: fails, depth: fails, close: async () => {} };
    const { get, clock, lines } = await startTestServer({ queue: failing }, withSnapshot);
    await clock.advance(3 * PERIOD_MS);
    for (let round = 0; round < 3; round += 1) {
      expect((await get(BODY_PATHS[0])).status).toBe(200);
      await clock.advance(5000);
    }
    expect(lines.filter(({ outage }) => outage === "refresh queue")).toHaveLength(1);
  });

  it("goes on serving when the queue hangs", async () => {
    const never = () => new Promise<never>(() => {});
    const hanging = { enqueue: never, servedSequence: never, depth: never, close: async () => {} };
    const { get, clock } = await startTestServer({ queue: hanging }, withSnapshot);
    await clock.advance(3 * PERIOD_MS);
    expect((await get(BODY_PATHS[0])).status).toBe(200);
  });
});

describe("while there is no snapshot", () => {
  it.each(BODY_PATHS)("serves the documented error body on %s and asks for a refresh", async (path) => {
    const { get, refreshes, clock } = await startTestServer();
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "retry-after": "2",
      "cache-control": "no-cache",
      "content-type": "application/json; charset=utf-8",
    });
    expect(await response.json()).toMatchObject({
      status: "error",
      error: "no_snapshot",
      message: expect.any(String),
      market_regime: "UNKNOWN",
      btc_price: null,
      timestamp: clock.nowMs() / 1000,
      data_source: "error",
    });
    expect(refreshes).toEqual(["stale"]);
  });

  it("works without a queue", async () => {
    const { get } = await startTestServer({ queue: null });
    expect((await get(BODY_PATHS[0])).status).toBe(200);
  });

  it("is healthy, but not ready", async () => {
    const { get } = await startTestServer();
    const ready = await get("/readyz");
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: "not_ready",
      version: "1.2.3",
      commit: "abc1234",
      degraded: ["no_snapshot"],
      since: { no_snapshot: new Date(GENERATED_AT_MS).toISOString() },
      until: {},
      sequence: null,
      age_s: null,
    });
    const healthy = await get("/healthz");
    expect(healthy.status).toBe(200);
    expect(await healthy.json()).toEqual({ status: "ok", version: "1.2.3", commit: "abc1234" });
  });
});

describe("/readyz with a snapshot", () => {
  it("is ready, and nothing is degraded", async () => {
    const { get } = await startTestServer({}, withSnapshot);
    const response = await get("/readyz");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({
      status: "ready",
      degraded: [],
      since: {},
      until: {},
      sequence: 1,
      age_s: 0,
    });
  });

  it("is ready and names what is degraded", async () => {
    const { sections } = sampleFields();
    const { store, announcements, clock, get } = await startTestServer();
    await store.publish(
      samplePublication({ sections: { ...sections, reference: { ...sections.reference, stale: true } } }),
    );
    await announcements.announce(1);
    // Preparing the bytes takes real time.
    await expect.poll(async () => (await get("/readyz")).status).toBe(200);
    await clock.advance(3 * PERIOD_MS + 1500);
    const response = await get("/readyz");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: "ready",
      degraded: ["snapshot_stale", "section_stale:reference"],
      since: {
        snapshot_stale: new Date(GENERATED_AT_MS + 3 * PERIOD_MS).toISOString(),
        "section_stale:reference": new Date(GENERATED_AT_MS).toISOString(),
      },
      sequence: 1,
      age_s: 91,
    });
  });

  it("names a store that fails", async () => {
    const { get } = await startTestServer({ stores: [createFaultyStore("disk", "fails")] });
    expect(await (await get("/readyz")).json()).toMatchObject({ degraded: ["no_snapshot", "store_away:disk"] });
  });
});

describe("malformed requests", () => {
  it.each(["/", "/api", "/api/snapshots", "/favicon.ico", "/..%2fetc"])("answers 404 to %s", async (path) => {
    const { get } = await startTestServer();
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      status: "error",
      error: "not_found",
      message: "There is nothing at this address.",
    });
  });

  it.each(["/%E0%A4%A", "/api/snapshot%", "/%ff"])("answers 400 to %s, without a stack", async (path) => {
    const { server } = await startTestServer();
    // Sent as it is: a client library would correct the address.
    const answer = await sendRaw(server.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('{"status":"error","error":"bad_request"');
    expect(answer).not.toMatch(/\.ts|\.js|URIError/);
  });

  it.each(["NOT HTTP AT ALL\r\n\r\n", "GET /healthz HTTP/9.9\r\n\r\n"])("answers 400 to %j", async (request) => {
    const { server } = await startTestServer();
    expect(await sendRaw(server.url, request)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(KNOWN_PATHS)("answers 405 to other methods on %s, and says which are allowed", async (path) => {
    const { get } = await startTestServer({}, withSnapshot);
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const response = await get(path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
      expect(await response.json()).toMatchObject({ status: "error", error: "method_not_allowed" });
    }
    const response = await get(path, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
  });

  it("answers 400 to a GET with a body, and does not wait for the body", async () => {
    const { server } = await startTestServer({}, withSnapshot);
    const answer = await sendRaw(server.url, "GET /api/snapshot HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/connection: close/i);
  });

  it("ignores a query", async () => {
    const { get } = await startTestServer({}, withSnapshot);
    expect((await get("/api/snapshot?_=1749556800&x=%E0%A4%A")).status).toBe(200);
  });
});

it("leaves nothing behind when the port is in use", async () => {
  const { server } = await startTestServer();
  const clock = createFakeClock();
  const port = Number(new URL(server.url).port);
  await expect(startTestServer({ port, clock })).rejects.toMatchObject({ code: "port_in_use" });
  expect(clock.sleeping()).toBe(0);
});

async function sendRaw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(request);
  return text(socket);
}

it("is closed within its grace although one subscriber does not close its WebSocket and one connection idles", async () => {
  const { server, clock } = await startTestServer({}, withSnapshot);
  const subscriber = new WebSocket(`${server.url.replace("http", "ws")}/ws`);
  await once(subscriber, "open");
  subscriber.pause();
  const idle = connect(Number(new URL(server.url).port), "127.0.0.1");
  await once(idle, "connect");
  const closed = server.close(1000);
  await clock.advance(1000);
  await closed;
  subscriber.terminate();
  idle.destroy();
});

it("serves the newest snapshot until it is closed: another server may serve that one to the same client meanwhile", async () => {
  const { server, clock, store, announcements } = await startTestServer({}, withSnapshot);
  // Each gets one answer from a server that is closing.
  const kept = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
      // Those that are left at the end are cut off.
      socket.on("error", () => undefined);
      await once(socket, "connect");
      return socket;
    }),
  );
  const askedOnKept = async (): Promise<string> => {
    const socket = kept.pop();
    socket?.write("HEAD /api/dashboard/mobile-data HTTP/1.1\r\nHost: x\r\n\r\n");
    const answer = socket === undefined ? "" : await text(socket);
    return /^x-snapshot-sequence: (\d+)\r$/im.exec(answer)?.[1] ?? "none";
  };
  const closed = server.close(1000);
  await store.publish(samplePublication({ sequence: 2 }));
  await announcements.announce(2);
  await expect.poll(askedOnKept).toBe("2");
  await clock.advance(1000);
  await closed;
});
