import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type FetchResult, failureSentence, fetchJson, REQUEST_LIMIT_MS } from "./fetch-json.ts";
import { createDeviceClock } from "./page-clock.ts";
import { createFakeClock } from "./testing/fake-clock.ts";

const clock = createDeviceClock(
  () => performance.now(),
  () => Date.now(),
);
const endings: (() => void)[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const end of endings.splice(0)) {
    end();
  }
});

describe("fetchJson", () => {
  it("returns the body with its ETag and the times in its headers", async () => {
    const fakeClock = createFakeClock(0);
    const url = await serve(async (_request, response) => {
      response.setHeader("ETag", '"a"').setHeader("X-Snapshot-Age", "12");
      await fakeClock.advance(60);
      response.end('{"n":1}');
    });
    const startMs = Date.now();
    const answer = await fetchJson(url, { fetch, clock: fakeClock, etag: null });
    if (answer.kind !== "body") {
      throw new Error(answer.kind);
    }
    expect(answer).toMatchObject({ body: { n: 1 }, etag: '"a"', timing: { snapshotAgeS: 12 } });
    const { sentAtMs, receivedAtMs, dateMs } = answer.timing;
    expect(receivedAtMs - sentAtMs).toBe(60);
    expect(dateMs).toBeGreaterThan(startMs - 1000);
    expect(dateMs).toBeLessThanOrEqual(Date.now());
  });

  it("sends the ETag, and reads the age from the 304", async () => {
    const url = await serve((request, response) => {
      response.setHeader("X-Snapshot-Age", "40");
      response.writeHead(request.headers["if-none-match"] === '"a"' ? 304 : 500).end();
    });
    const answer = await fetchJson(url, { fetch, clock, etag: '"a"' });
    expect(answer).toMatchObject({ kind: "not-modified", timing: { snapshotAgeS: 40 } });
  });

  it.each<[string, RequestListener, FetchResult]>([
    [
      "the login page of a network",
      (_request, response) =>
        response.setHeader("Content-Type", "text/html").end("<!doctype html><title>Log in</title>"),
      { kind: "failed", failure: { kind: "not-ours" } },
    ],
    [
      "a body that ends too early",
      (_request, response) => {
        response.setHeader("Content-Length", "100").write('{"n":', () => response.destroy());
      },
      { kind: "failed", failure: { kind: "unreachable" } },
    ],
    [
      "a status with Retry-After",
      (_request, response) => response.writeHead(429, { "Retry-After": "7" }).end("{}"),
      { kind: "failed", failure: { kind: "status", status: 429, retryAfterMs: 7000 } },
    ],
    [
      "a proxy without a server behind it",
      (_request, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"),
      { kind: "failed", failure: { kind: "status", status: 502, retryAfterMs: null } },
    ],
  ])("recognises %s", async (_name, listener, expected) => {
    expect(await fetchJson(await serve(listener), { fetch, clock, etag: null })).toEqual(expected);
  });

  it.each([
    ["past the browser's cache with an ETag", '"a"', "no-store"],
    ["past it without one too, when the page stores the body itself", null, "no-store"],
    ["through it when the page does not", undefined, "no-cache"],
  ])("requests %s", async (_name, etag, expected) => {
    let cache: RequestCache | undefined;
    const answering: typeof fetch = async (_input, init) => {
      cache = init?.cache;
      return new Response("{}");
    };
    await fetchJson("/", { fetch: answering, clock, ...(etag === undefined ? {} : { etag }) });
    expect(cache).toBe(expected);
  });

  it("reports an unreachable server", async () => {
    const url = await serve(() => {});
    for (const end of endings.splice(0)) {
      end();
    }
    expect(await fetchJson(url, { fetch, clock })).toEqual({ kind: "failed", failure: { kind: "unreachable" } });
  });

  it("waits ten seconds, for the headers and for the body", async () => {
    for (const answersWithHeaders of [false, true]) {
      const fakeClock = createFakeClock(0);
      let proceed = () => {};
      const isWaiting = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      const url = await serve((_request, response) => (answersWithHeaders ? response.write("{") : proceed()));
      const watched: typeof fetch = async (...request) => {
        const response = await fetch(...request);
        proceed();
        return response;
      };
      const asking = fetchJson(url, { fetch: watched, clock: fakeClock });
      await isWaiting;
      await fakeClock.advance(REQUEST_LIMIT_MS - 1);
      expect(fakeClock.waiting()).toBe(1);
      await fakeClock.advance(1);
      expect(await asking).toEqual({ kind: "failed", failure: { kind: "timed-out" } });
    }
  });

  it("can be aborted, and leaves no timer behind", async () => {
    const fakeClock = createFakeClock(0);
    const caller = new AbortController();
    const asking = fetchJson(await serve(() => {}), { fetch, clock: fakeClock, signal: caller.signal });
    caller.abort();
    expect(await asking).toMatchObject({ failure: { kind: "unreachable" } });
    expect(fakeClock.waiting()).toBe(0);
  });
});

describe("failureSentence", () => {
  it("has a sentence for each kind of failure", () => {
    expect(failureSentence({ kind: "timed-out" })).toBe("The server did not answer within 10 s.");
    expect(failureSentence({ kind: "status", status: 502, retryAfterMs: null })).toContain("502");
    expect(failureSentence({ kind: "status", status: 429, retryAfterMs: null })).toContain("too many requests");
  });
});
