import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FAULT_NAMES } from "../faults/catalogue.ts";
import { FAULT_ENDPOINTS } from "../faults/fault-board.ts";
import { NOON_MS, startTestSimulator, type TestSimulator } from "../testing/test-simulator.ts";

const TIME = "/v5/market/time";
const TICKERS = "/v5/market/tickers?category=linear";

let exchange: TestSimulator;
beforeEach(async () => {
  exchange = await startTestSimulator();
});
afterEach(() => exchange.simulator.close());

async function control(method: string, path: string, body?: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(exchange.simulator.url + path, {
    method,
    ...(body === undefined ? {} : { body: text }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function statuses(count: number): Promise<number[]> {
  const all = await Promise.all(Array.from({ length: count }, () => exchange.ask(TIME)));
  return all.map(({ status }) => status);
}

describe("/__faults", () => {
  test("POST switches a fault on for an endpoint, GET lists it with the catalogue, DELETE switches all off", async () => {
    const posted = await control("POST", "/__faults", { endpoint: TIME, fault: "http_503", for_ms: 10_000 });
    expect(posted.status).toBe(200);
    await exchange.clock.advance(4000);
    const { body } = await control("GET", "/__faults");
    expect(body.active).toEqual([{ endpoint: TIME, fault: "http_503", share: 1, ends_in_ms: 6000, symbols: null }]);
    expect(Object.keys(body.catalogue.faults)).toEqual(FAULT_NAMES);
    expect(body.catalogue.endpoints).toEqual(["*", ...FAULT_ENDPOINTS]);
    expect(await statuses(1)).toEqual([503]);
    expect((await exchange.ask(TICKERS)).status).toBe(200);
    await control("DELETE", "/__faults");
    expect(await statuses(1)).toEqual([200]);
  });

  test("a fault ends by itself after for_ms, and others stay", async () => {
    exchange.simulator.setFault({ endpoint: "*", fault: "http_500" });
    exchange.simulator.setFault({ endpoint: TIME, fault: "http_502", for_ms: 1000 });
    expect(await statuses(1)).toEqual([502]);
    await exchange.clock.advance(1000);
    expect(await statuses(1)).toEqual([500]);
  });

  test("share is the share of requests that meet the fault, the same ones in every run", async () => {
    await control("POST", "/__faults", { endpoint: TIME, fault: "http_500", share: 0.3 });
    const failed = (await statuses(400)).filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(80);
    expect(failed).toBeLessThan(160);
    expect(exchange.simulator.stats().faults_met).toEqual({ http_500: failed });
  });

  test("symbols restricts it to the requests about these", async () => {
    const { body } = await control("POST", "/__faults", {
      endpoint: "*",
      fault: "http_500",
      symbols: ["BTCUSDT", "SOLUSDT"],
    });
    expect(body.active).toEqual([
      { endpoint: "*", fault: "http_500", share: 1, ends_in_ms: null, symbols: ["BTCUSDT", "SOLUSDT"] },
    ]);
    const book = "/v5/market/orderbook?category=linear&limit=1&symbol=";
    const asked = [`${book}BTCUSDT`, `${book}SOLUSDT`, `${book}ETHUSDT`, TICKERS, TIME, "/api/v3/global"];
    const answers = await Promise.all(asked.map((path) => exchange.ask(path)));
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 200, 200, 200, 200]);
  });

  test.each([
    [{ endpoint: TIME, fault: "typo" }, 'there is no fault "typo"', "truncated, empty_body"],
    [{ endpoint: TIME, fault: "constructor" }, 'there is no fault "constructor"', "truncated"],
    [{ endpoint: "/v5/market/klines", fault: "reset" }, 'there is no endpoint "/v5/market/klines"', "/v5/market/kline"],
    [{ endpoint: "/fng/", fault: "code_10006" }, '"code_10006" cannot happen at /fng/', "exchange"],
    [{ endpoint: TIME, fault: "reset", share: 2 }, "share 2 is not a share", "above 0"],
    [{ endpoint: TIME, fault: "reset", for_ms: -1 }, "for_ms -1 is not a duration", "above 0"],
    [{ endpoint: TIME, fault: "reset", share: "half" }, '"share" is not a number', "number"],
    [{ endpoint: TIME, fault: "reset", symbols: "BTCUSDT" }, '"symbols" is not a list of names', "BTCUSDT"],
    [{ endpoint: TIME, fault: "reset", symbols: [1] }, '"symbols" is not a list of names', "BTCUSDT"],
    [{ endpoint: TIME, fault: "reset", symbols: [] }, "symbols without a name", "at least one"],
    [{ endpoint: TIME, fault: "reset", symbols: ["BTCUSDT", ""] }, "symbols without a name", "at least one"],
    [{ fault: "reset" }, '"endpoint" and "fault" are needed', "truncated"],
    ["[", "the body is not JSON", "endpoint"],
    ["null", "the body is not an object", "endpoint"],
  ])("rejects %j with a hint", async (body, error, hint) => {
    const answer = await control("POST", "/__faults", body);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(error), hint: expect.stringContaining(hint) },
    });
    expect(await statuses(1)).toEqual([200]);
  });

  test("rejects other methods and paths", async () => {
    expect((await control("PUT", "/__faults", {})).status).toBe(405);
    expect((await control("GET", "/__nothing")).status).toBe(404);
  });
});

test("/__stats counts by endpoint, unknown paths as other", async () => {
  await statuses(3);
  await exchange.ask("/v5/market/nothing");
  await exchange.ask("/favicon.ico");
  const { body } = await control("GET", "/__stats");
  expect(body).toEqual({
    requests: { [TIME]: 3, other: 2 },
    total: 5,
    peak_in_5s: 4,
    bans_given: 0,
    requests_during_ban: 0,
    ban_ends_in_ms: 0,
    faults_met: {},
    market_stands_still: true,
    market_time_ms: exchange.simulator.marketTimeMs(),
    symbols: exchange.simulator.stats().symbols,
  });
});

test("POST /__ban bans the address for the ban's length", async () => {
  expect(await statuses(1)).toEqual([200]);
  const { status, body } = await control("POST", "/__ban");
  expect([status, body.bans_given, body.ban_ends_in_ms]).toEqual([200, 1, 600_000]);
  expect(await statuses(2)).toEqual([403, 403]);
  await exchange.clock.advance(600_000);
  expect(await statuses(1)).toEqual([200]);
  expect((await control("GET", "/__ban")).status).toBe(404);
});

test("/__requests lists each request to the exchange with its time and its answer, and the bans", async () => {
  await statuses(1);
  await exchange.ask("/api/v3/global");
  await exchange.clock.advance(1500);
  exchange.simulator.setFault({ endpoint: TIME, fault: "http_503" });
  await statuses(1);
  exchange.simulator.clearFaults();
  await control("POST", "/__ban");
  await exchange.clock.advance(10);
  await exchange.ask("/v5/market/nothing");
  const { body } = await control("GET", "/__requests");
  expect(body).toEqual({
    started_at_ms: NOON_MS,
    next: 3,
    dropped: 0,
    requests: [
      { at_ms: NOON_MS, endpoint: TIME, answer: "ok" },
      { at_ms: NOON_MS + 1500, endpoint: TIME, answer: "http_503" },
      { at_ms: NOON_MS + 1510, endpoint: "other", answer: "banned" },
    ],
    bans: [{ from_ms: NOON_MS + 1500, until_ms: NOON_MS + 601_500 }],
  });
  expect((await control("GET", "/__requests?after=2")).body.requests).toEqual(body.requests.slice(2));
});
