import { once } from "node:events";
import { systemClock as clock } from "@pulseboard/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Handler, type HostileServer, startHostileServer } from "../testing/hostile-server.ts";
import { envelope, sendJson, sendText } from "../testing/test-response.ts";
import { type ExchangeProbe, probeExchange } from "./probe-exchange.ts";

const TIME = "/v5/market/time";
const good: Handler = (response) => sendJson(response, envelope({}, clock.nowMs()));

let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer(good);
});
afterAll(() => server[Symbol.asyncDispose]());

/** A probe, and how many requests it made. */
async function probe(handler: Handler, timeoutMs = 5_000): Promise<ExchangeProbe> {
  server.setHandler(handler);
  const before = server.received.length;
  const seen = await probeExchange({ baseUrl: `${server.url}/`, simulated: false, timeoutMs, clock });
  expect(server.received.slice(before).map(({ path }) => path)).toEqual([TIME]);
  return seen;
}

it("tells how long each step took, and how far the exchange's clock is ahead", async () => {
  const seen = await probe((response) => sendJson(response, envelope({}, clock.nowMs() + 60_000)));
  expect(seen).toMatchObject({ error: null, dnsMs: null, tcpMs: expect.any(Number), tlsMs: null });
  expect(seen.firstByteMs).toEqual(expect.any(Number));
  // Within what a busy machine takes for an answer.
  expect(Math.abs((seen.aheadMs ?? 0) - 60_000)).toBeLessThan(5_000);
});

it.each<[string, string, Handler]>([
  ["a ban", "exchange_banned", (response) => sendText(response, 403, "access too frequent")],
  ["a block by country", "exchange_geo_blocked", (response) => sendText(response, 451, "")],
  ["a limit", "exchange_rate_limited", (response) => sendText(response, 429, "")],
  ["a page in its place", "exchange_bad_body", (response) => sendText(response, 200, "<html></html>")],
  ["a redirect", "exchange_bad_body", (response) => response.writeHead(302, { location: "/x" }).end()],
  ["a connection that breaks", "exchange_unreachable", (response) => response.destroy()],
  ["an error of its own", "exchange_unavailable", (response) => sendText(response, 502, "")],
  [
    "a simulator",
    "exchange_is_simulator",
    (response) => sendText(response, 200, "{}", { "x-pulseboard-simulator": "1" }),
  ],
])("asks once and calls %s %s", async (_what, code, handler) => {
  expect((await probe(handler)).error?.code).toBe(code);
});

it.each<[string, Handler]>([
  ["says nothing", () => undefined],
  ["stalls in the body", (response) => void response.writeHead(200).write("{")],
])("gives up a server that %s, and ends the connection", async (_what, handler) => {
  let ended: Promise<unknown> = Promise.resolve();
  const seen = await probe((response, request, raw) => {
    ended = once(raw.socket, "close");
    handler(response, request, raw);
  }, 100);
  expect(seen.error?.code).toBe("exchange_timeout");
  await ended;
});

it("says where nothing listens", async () => {
  const seen = await probeExchange({ baseUrl: "http://127.0.0.1:1", simulated: false, timeoutMs: 5_000, clock });
  expect(seen).toMatchObject({ error: { code: "exchange_unreachable" }, aheadMs: null, firstByteMs: null });
});
