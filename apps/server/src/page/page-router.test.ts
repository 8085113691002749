import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createMetrics } from "@pulseboard/runtime";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { ServerContext } from "../server-context.ts";
import { startTestServer } from "../testing/test-server.ts";

const HTML = `<!doctype html><title>Pulseboard</title>${"<p>Hello</p>".repeat(50)}`;
const FILES: Readonly<Record<string, string>> = {
  "index.html": HTML,
  "sw.js": "self.addEventListener('install', () => {});",
  "manifest.webmanifest": "{}",
  "favicon.svg": "<svg/>",
  "icons/icon-192.png": "PNG",
  "assets/index-Ab12_-cd.js": "console.log(1)",
  "assets/index-Ab12_-cd.css": "body{}",
};

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pulseboard-page-"));
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(join(directory, name, ".."), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return () => rm(directory, { recursive: true });
});

const start = (overrides: Partial<ServerContext> = {}) =>
  startTestServer({ pageDirectory: join(directory), ...overrides });

interface Got {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Unlike fetch, it neither normalizes paths nor follows, decompresses or adds headers. */
async function get(base: string, path: string, headers: IncomingHttpHeaders = {}, method = "GET"): Promise<Got> {
  const { hostname, port } = new URL(base);
  const asked = request({ hostname, port, path, method, headers, agent: false });
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer);
  }
  return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) };
}

describe("the phone page", () => {
  it("is at /mobile, under a policy that works on plain http, and opens without a connection", async () => {
    const { server } = await start();
    const { status, headers, bytes } = await get(server.url, "/mobile?utm_source=a");
    expect(status).toBe(200);
    expect(bytes.toString()).toBe(HTML);
    expect(headers["content-length"]).toBe(String(Buffer.byteLength(HTML)));
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "max-age=604800",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      vary: "Accept-Encoding",
    });
    const policy = String(headers["content-security-policy"]);
    for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "worker-src 'self'"]) {
      expect(policy.split(";")).toContain(rule);
    }
    expect(policy).not.toMatch(/unsafe|upgrade-insecure-requests|\*/);
    expect(headers).not.toHaveProperty("strict-transport-security");
    expect(headers).not.toHaveProperty("x-powered-by");
  });

  it("tells browsers to use only TLS when it came over TLS", async () => {
    const edge = { rateLimitPerMinute: 0, trustProxy: 1, corsOrigins: [] };
    const { server } = await start({ edge });
    const { headers } = await get(server.url, "/mobile", { "x-forwarded-proto": "https" });
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
  });

  it.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const)("is compressed with %s, and not sent again to browsers that have it", async (coding, decompress) => {
    const { server } = await start();
    const first = await get(server.url, "/mobile", { "accept-encoding": coding });
    expect(first.headers["content-encoding"]).toBe(coding);
    expect(decompress(first.bytes).toString()).toBe(HTML);
    const { etag = "" } = first.headers;
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = await get(server.url, "/mobile", { "accept-encoding": coding, "if-none-match": etag });
    expect(again.status).toBe(304);
    expect(again.bytes).toHaveLength(0);
    expect(again.headers).toMatchObject({ etag, "cache-control": "max-age=604800", vary: "Accept-Encoding" });
    const plain = await get(server.url, "/mobile", { "if-none-match": etag });
    expect(plain.status).toBe(200);
  });

  it("answers 406 to clients that accept no coding", async () => {
    const { server } = await start();
    const { status } = await get(server.url, "/mobile", { "accept-encoding": "identity;q=0, zstd" });
    expect(status).toBe(406);
  });

  it("has its files below, each with its type; files with a hash in their name are kept for good", async () => {
    const { server } = await start();
    const told: Record<string, unknown> = {};
    for (const name of Object.keys(FILES).filter((file) => file !== "index.html")) {
      const { status, headers, bytes } = await get(server.url, `/mobile/${name}`, { "accept-encoding": "gzip" });
      const text = headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
      expect([status, text.toString()], name).toEqual([200, FILES[name]]);
      told[name] = [headers["content-type"], headers["cache-control"]];
    }
    const forGood = "public, max-age=31536000, immutable";
    expect(told).toEqual({
      "sw.js": ["text/javascript; charset=utf-8", "no-cache"],
      "manifest.webmanifest": ["application/manifest+json", "no-cache"],
      "favicon.svg": ["image/svg+xml", "no-cache"],
      "icons/icon-192.png": ["image/png", "no-cache"],
      "assets/index-Ab12_-cd.js": ["text/javascript; charset=utf-8", forGood],
      "assets/index-Ab12_-cd.css": ["text/css; charset=utf-8", forGood],
    });
  });

  it("lets only its service worker control /mobile itself", async () => {
    const { server } = await start();
    expect((await get(server.url, "/mobile/sw.js")).headers["service-worker-allowed"]).toBe("../mobile");
    expect((await get(server.url, "/mobile")).headers).not.toHaveProperty("service-worker-allowed");
  });

  it.each([
    ["/", "mobile"],
    ["/mobile/", "../mobile"],
    ["/mobile/?a=b", "../mobile"],
  ])("is where %s redirects to, also below the path of a proxy", async (path, location) => {
    const { server } = await start();
    const { status, headers } = await get(server.url, path);
    expect([status, headers.location]).toEqual([307, location]);
    expect(new URL(location, `http://a.example/pulse${path}`).pathname).toBe("/pulse/mobile");
    expect(headers).toHaveProperty("content-security-policy");
  });

  it.each(["/", "/mobile", "/mobile/", "/mobile/sw.js"])("%s can only be read", async (path) => {
    const { server } = await start();
    const refused = await get(server.url, path, {}, "DELETE");
    expect([refused.status, refused.headers.allow]).toEqual([405, "GET, HEAD, OPTIONS"]);
    // With the headers of data, not those of a page.
    expect(refused.headers).toHaveProperty("content-type", "application/json; charset=utf-8");
    expect(Object.keys(refused.headers)).not.toContain("x-frame-options");
    expect((await get(server.url, path, {}, "OPTIONS")).status).toBe(204);
    const head = await get(server.url, path, {}, "HEAD");
    const whole = await get(server.url, path);
    expect(head.bytes).toHaveLength(0);
    expect([head.status, head.headers["content-length"]]).toEqual([whole.status, whole.headers["content-length"]]);
  });

  it.each([
    "/mobile/index.html",
    "/Mobile",
    "/mobile/assets",
    "/mobile/assets/",
    "/mobile/../package.json",
    "/mobile/..%2f..%2fpackage.json",
    "/mobile/%2e%2e/%2e%2e/package.json",
    "/mobile/assets/..%5c..%5cindex.html",
    "/mobile//etc/passwd",
    "/mobile/sw.js/",
    "/mobile/sw.js%00.html",
  ])("serves nothing at %s", async (path) => {
    const { server } = await start();
    expect((await get(server.url, path)).status).toBe(404);
  });

  it("stays the version that it was at first while a newer one is being built", async () => {
    const { server } = await start();
    expect((await get(server.url, "/mobile")).status).toBe(200);
    await rm(join(directory, "assets"), { recursive: true });
    await writeFile(join(directory, "index.html"), "half a build");
    expect((await get(server.url, "/mobile")).bytes.toString()).toBe(HTML);
    expect((await get(server.url, "/mobile/assets/index-Ab12_-cd.js")).status).toBe(200);
  });

  it("is counted as one route with all its files", async () => {
    const metrics = createMetrics();
    const { server } = await start({ metrics });
    for (const path of ["/mobile", "/mobile/sw.js", "/mobile/nothing-1", "/mobile/nothing-2"]) {
      await get(server.url, path);
    }
    const text = await metrics.text();
    const counted = [
      ...text.matchAll(/^pulseboard_http_requests_total\{route="(\/mobile[^"]*)",status="(\d+)"[^}]*\} (\d+)$/gm),
    ];
    expect(counted.map(([, ...figures]) => figures)).toEqual([
      ["/mobile", "200", "2"],
      ["/mobile", "404", "2"],
    ]);
  });

  it("counts towards the rate limit", async () => {
    const edge = { rateLimitPerMinute: 2, trustProxy: [], corsOrigins: [] };
    const { server } = await start({ edge });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await get(server.url, "/mobile")).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe("a page that has not been built", () => {
  it.each(["not there", "empty"])(
    "is one line in the log and an error that says so; the data is served (%s)",
    async (how) => {
      const empty = await mkdtemp(join(tmpdir(), "pulseboard-page-"));
      onTestFinished(() => rm(empty, { recursive: true, force: true }));
      if (how === "not there") {
        await rm(empty, { recursive: true });
      }
      const { server, lines } = await start({ pageDirectory: empty });
      const { status, bytes } = await get(server.url, "/mobile");
      expect(status).toBe(503);
      expect(JSON.parse(bytes.toString())).toMatchObject({ error: "page_not_built", message: /npm run setup/ });
      expect((await get(server.url, "/mobile/sw.js")).status).toBe(404);
      expect((await get(server.url, "/api/snapshot")).status).toBe(200);
      expect(lines.filter(({ msg }) => msg?.includes("page has not been built"))).toHaveLength(1);
    },
  );

  it("is one line in the log when its folder cannot be read; the data is served", async () => {
    const { server, lines } = await start({ pageDirectory: join(directory, "index.html") });
    expect((await get(server.url, "/mobile")).status).toBe(503);
    expect((await get(server.url, "/api/snapshot")).status).toBe(200);
    expect(lines).toMatchObject([{ level: "error", msg: "The phone page cannot be read: /mobile answers 503" }]);
  });

  it("is not needed by a server without a page", async () => {
    const { server, lines } = await startTestServer();
    expect((await get(server.url, "/mobile")).status).toBe(404);
    expect((await get(server.url, "/")).status).toBe(404);
    expect(lines).toEqual([]);
  });
});
