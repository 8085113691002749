import { get as httpGet, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { DocumentStore } from "@pulseboard/storage";
import { describe, expect, it } from "vitest";
import { samplePublication } from "./testing/sample-documents.ts";
import { startTestServer } from "./testing/test-server.ts";

const PATH = "/api/dashboard/mobile-data";
const OPEN = { rateLimitPerMinute: 0, trustProxy: [], corsOrigins: [] };
const withSnapshot = (store: DocumentStore) => store.publish(samplePublication());

/** The response as it comes over the wire; fetch would decompress it. */
async function getRaw(url: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    httpGet(url, { headers, agent: false }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    }).on("error", reject);
  });
}

describe("content codings", () => {
  it("carry the same body, each under its own tag", async () => {
    const { server } = await startTestServer({}, withSnapshot);
    const ask = (coding: string) => getRaw(server.url + PATH, { "accept-encoding": coding });
    const [plain, gzip, br] = [await ask("identity"), await ask("gzip"), await ask("gzip, deflate, br")];
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(br.headers["content-encoding"]).toBe("br");
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
    expect(br.body.length).toBeLessThan(gzip.body.length);
    expect(gzip.body.length).toBeLessThan(plain.body.length / 4);
    const answers = [plain, gzip, br];
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(3);
    for (const { headers, body } of answers) {
      expect(headers).toMatchObject({ vary: "Accept-Encoding", "content-length": String(body.length) });
    }
  });

  it("a tag matches only in the coding that it was sent with", async () => {
    const { server } = await startTestServer({}, withSnapshot);
    const gzip = await getRaw(server.url + PATH, { "accept-encoding": "gzip" });
    const again = (coding: string) =>
      getRaw(server.url + PATH, { "accept-encoding": coding, "if-none-match": gzip.headers.etag ?? "" });
    expect(await again("gzip;q=0.5")).toMatchObject({ status: 304, headers: { etag: gzip.headers.etag } });
    expect(await again("br")).toMatchObject({ status: 200, headers: { "content-encoding": "br" } });
  });

  it("a client that accepts none of them gets 406", async () => {
    const { server } = await startTestServer({}, withSnapshot);
    const answer = await getRaw(server.url + PATH, { "accept-encoding": "identity;q=0" });
    expect(answer.status).toBe(406);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ status: "error", error: "not_acceptable" });
  });
});

describe("the limit per address", () => {
  it("refuses exactly the requests beyond it, on every route, and says when to try again", async () => {
    const edge = { ...OPEN, rateLimitPerMinute: 250 };
    const { get, clock } = await startTestServer({ edge }, withSnapshot);
    const statuses: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const paths = Array.from({ length: 35 }, (_, index) => [PATH, "/healthz", "/nothing"][index % 3] ?? "");
      statuses.push(...(await Promise.all(paths.map(async (path) => (await get(path)).status))));
    }
    expect(statuses.filter((status) => status !== 429)).toHaveLength(250);
    expect(statuses.filter((status) => status === 429)).toHaveLength(100);

    await clock.advance(12_000);
    const refused = await get(PATH);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "retry-after": "48",
      "cache-control": "no-store",
      "content-type": "application/json; charset=utf-8",
    });
    expect(await refused.json()).toMatchObject({ status: "error", error: "rate_limited" });
    await clock.advance(47_999);
    expect((await get(PATH)).status).toBe(429);
    await clock.advance(1);
    expect((await get(PATH)).status).toBe(200);
  });

  it("counts the client that a trusted proxy names", async () => {
    const edge = { ...OPEN, rateLimitPerMinute: 2, trustProxy: ["loopback"] };
    const { get } = await startTestServer({ edge }, withSnapshot);
    const from = async (address: string) => (await get(PATH, { headers: { "x-forwarded-for": address } })).status;
    const [first, neighbour] = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2"];
    expect([await from(first), await from(neighbour), await from(first)]).toEqual([200, 200, 429]);
    expect(await from("2001:db8:1:3::1")).toBe(200);
  });

  it("ignores an address that a client gives for itself", async () => {
    const { get } = await startTestServer({ edge: { ...OPEN, rateLimitPerMinute: 1 } }, withSnapshot);
    const from = async (address: string) => (await get(PATH, { headers: { "x-forwarded-for": address } })).status;
    expect([await from("203.0.113.1"), await from("203.0.113.2")]).toEqual([200, 429]);
  });
});

describe("pages of other origins", () => {
  const ask = async (corsOrigins: readonly string[], origin: string, init: RequestInit = {}) => {
    const { get } = await startTestServer({ edge: { ...OPEN, corsOrigins } }, withSnapshot);
    return Object.fromEntries((await get(PATH, { ...init, headers: { origin } })).headers);
  };
  const listed = ["https://a.example", "https://b.example"];

  it("may read nothing by default", async () => {
    const headers = await ask([], "https://a.example");
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers.vary).toBe("Accept-Encoding");
  });

  it("may read the data and the important headers when they are listed", async () => {
    expect(await ask(listed, "https://b.example")).toMatchObject({
      "access-control-allow-origin": "https://b.example",
      "access-control-expose-headers": "ETag, Retry-After, X-Snapshot-Age, X-Snapshot-Sequence",
      vary: "Accept-Encoding, Origin",
    });
  });

  it("may read nothing when only others are listed, and caches keep the responses apart", async () => {
    const headers = await ask(listed, "https://c.example");
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    expect(headers.vary).toBe("Accept-Encoding, Origin");
  });

  it('may all read with "*"', async () => {
    const headers = await ask(["*"], "https://anybody.example");
    expect(headers).toMatchObject({ "access-control-allow-origin": "*", vary: "Accept-Encoding" });
  });

  it("learn from a preflight that they may send If-None-Match", async () => {
    expect(await ask(listed, "https://a.example", { method: "OPTIONS" })).toMatchObject({
      allow: "GET, HEAD, OPTIONS",
      "access-control-allow-origin": "https://a.example",
      "access-control-allow-methods": "GET, HEAD",
      "access-control-allow-headers": "If-None-Match",
    });
    const stranger = await ask(listed, "https://c.example", { method: "OPTIONS" });
    expect(stranger).not.toHaveProperty("access-control-allow-methods");
  });
});

describe("TLS", () => {
  it.each(["/api/snapshot", "/healthz", "/%ff"])(
    "behind a proxy that reports it, %s tells browsers to use nothing else",
    async (path) => {
      const { get } = await startTestServer({ edge: { ...OPEN, trustProxy: ["loopback"] } }, withSnapshot);
      const headersWith = async (proto: string) =>
        (await get(path, { headers: { "x-forwarded-proto": proto } })).headers;
      expect((await headersWith("https")).get("strict-transport-security")).toBe("max-age=31536000");
      expect((await headersWith("http")).get("strict-transport-security")).toBeNull();
    },
  );

  it("data has no headers that only matter for pages", async () => {
    const { get } = await startTestServer({}, withSnapshot);
    for (const path of ["/api/snapshot", "/healthz", "/nothing"]) {
      const names = [...(await get(path)).headers.keys()];
      for (const name of ["x-frame-options", "cross-origin-opener-policy", "origin-agent-cluster", "x-powered-by"]) {
        expect(names).not.toContain(name);
      }
    }
  });
});
