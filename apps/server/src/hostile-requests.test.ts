import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { samplePublication } from "./testing/sample-documents.ts";
import { startTestAdmin } from "./testing/test-admin.ts";
import { startTestServer } from "./testing/test-server.ts";

const REQUESTS = propertyRuns({ quick: 1000, thorough: 20_000 });
const AT_A_TIME = 50;
/** Far longer than a busy machine takes: the test looks for responses that never come. */
const HANGS_AFTER_MS = 30_000;

const methods = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "M-SEARCH",
  "CONNECT",
];
const paths = [
  "/api/dashboard/mobile-data",
  "/api/snapshot",
  "/api/market/overview",
  "/api/dashboard/confluence-analysis/BTCUSDT",
  "/healthz",
  "/readyz",
  "/",
];
const printable = fc.string({ unit: "grapheme-ascii", maxLength: 60 });
const anything = fc.string({ unit: "binary", maxLength: 60 });

const method = fc.oneof(fc.constantFrom(...methods), printable);
const target = fc.oneof(
  fc.constantFrom(...paths),
  fc.tuple(fc.constantFrom(...paths), fc.oneof(printable, anything)).map(([path, more]) => path + more),
  fc.constantFrom(
    "*",
    "//",
    "/../../etc/passwd",
    "/%00",
    "/%E0%A4%A",
    "http://[",
    "http://other/api/snapshot",
    "?",
    "/#",
  ),
  fc.constantFrom("/api/dashboard/confluence-analysis/../../etc/passwd", "/__proto__", "/constructor?__proto__[x]=1"),
  fc.integer({ min: 8_000, max: 20_000 }).map((length) => `/${"a".repeat(length)}`),
  anything,
);
const header = fc.oneof(
  fc.tuple(
    fc.constantFrom("Accept-Encoding", "If-None-Match", "Origin", "X-Forwarded-For", "X-Forwarded-Proto", "Range"),
    fc.oneof(printable, fc.constantFrom("*", "gzip;q=", ";;,,", '"', "W/", "gzip;q=0, *;q=0", '"a", W/', "::", "null")),
  ),
  fc.tuple(
    fc.constantFrom("Content-Length", "Transfer-Encoding", "Expect", "Upgrade", "Connection", "Host", "Content-Type"),
    fc.constantFrom(
      "0",
      "-1",
      "5",
      "1e3",
      "999999999999",
      "chunked",
      "gzip, chunked",
      "100-continue",
      "websocket",
      "x",
    ),
  ),
  fc.tuple(printable, anything),
  fc.integer({ min: 1_000, max: 20_000 }).map((length) => ["X-Long", "a".repeat(length)] as const),
);
const request = fc
  .record({
    method,
    target,
    version: fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", ""),
    headers: fc.array(header, { maxLength: 6 }),
    lineEnd: fc.constantFrom("\r\n", "\r\n", "\r\n", "\n", "\r"),
    body: fc.oneof(fc.constant(""), anything, fc.constant("5\r\nhello\r\n0\r\n\r\n"), fc.constant("ffffffff\r\n")),
  })
  .map(({ method, target, version, headers, lineEnd, body }) => {
    const lines = [`${method} ${target} ${version}`, "Host: x", ...headers.map(([name, value]) => `${name}: ${value}`)];
    return `${lines.join(lineEnd)}${lineEnd}${lineEnd}${body}`;
  });

/** Everything that arrives until the connection ends; null when it does not end. */
function send(port: number, bytes: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes, "latin1"));
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(null);
    }, HANGS_AFTER_MS);
    // A connection that is cut off is a response, too.
    socket.on("error", () => {});
    text(socket)
      .catch(() => "")
      .then((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
  });
}

/** The whole response to one request. */
async function ask(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`${request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

const BAD_TARGETS = ["GET http://", "GET http://[/", "POST http://[::1/admin/refresh", "GET *"];

it.each(BAD_TARGETS)("%s is refused in JSON, on both ports", async (request) => {
  const { server } = await startTestServer();
  const { origin } = await startTestAdmin();
  for (const url of [server.url, origin]) {
    const answer = await ask(url, request);
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*\r\nContent-Type: application\/json/s);
    expect(answer).toContain('"error":"bad_request"');
  }
});

it("requests with an invalid address count towards the rate limit", async () => {
  const { server } = await startTestServer({ edge: { rateLimitPerMinute: 1, trustProxy: [], corsOrigins: [] } });
  await ask(server.url, "GET http://");
  expect(await ask(server.url, "GET http://")).toMatch(/^HTTP\/1\.1 429 /);
});

it("OPTIONS * lists the methods of the server", async () => {
  const { server } = await startTestServer();
  expect(await ask(server.url, "OPTIONS *")).toMatch(/^HTTP\/1\.1 204 .*\r\nAllow: GET, HEAD, OPTIONS\r\n/s);
});

it(`${REQUESTS} malformed requests: no 500, no hang, no internal details, and the server goes on`, async () => {
  // So that their headers about proxies and origins are read as well.
  const edge = { rateLimitPerMinute: 1_000_000, trustProxy: ["loopback"], corsOrigins: ["https://a.example"] };
  const { server, get, lines } = await startTestServer({ edge }, (store) => store.publish(samplePublication()));
  const port = Number(new URL(server.url).port);
  const seed = Number(process.env.SEED ?? 20_251_122);
  const requests = fc.sample(request, { numRuns: REQUESTS, seed });
  const statuses = new Map<string, number>();
  while (requests.length > 0) {
    const batch = requests.splice(0, AT_A_TIME);
    const answers = await Promise.all(batch.map((bytes) => send(port, bytes)));
    for (const [index, answer] of answers.entries()) {
      const shown = `seed ${seed}: ${JSON.stringify(batch[index]?.slice(0, 500))}`;
      expect(answer, `hangs: ${shown}`).not.toBeNull();
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer ?? "")?.[1] ?? "cut off";
      expect(status, shown).not.toMatch(/^5/);
      expect(answer, shown).not.toMatch(/node_modules|\.ts:|\.js:|Error:|\/tmp\//);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  }
  // The mixture reaches every kind of refusal.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining(["200", "400", "404", "405", "431"]));
  expect(lines).toEqual([]);
  expect((await get("/api/snapshot")).status).toBe(200);
});
