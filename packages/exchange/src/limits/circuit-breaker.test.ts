import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXCHANGE_DURATIONS } from "../durations.ts";
import { ExchangeError } from "../errors/exchange-error.ts";
import type { MarketCollection, SymbolCollection } from "../gateway/exchange-gateway.ts";
import { openGateway, type TestGateway, whileTimePasses } from "../testing/gateways.ts";
import { type Answer, sendText } from "../testing/test-response.ts";
import { createTinyExchange, type TinyExchange } from "../testing/tiny-exchange.ts";
import { createCircuitBreaker, type ExchangePause } from "./circuit-breaker.ts";

const START_MS = Date.UTC(2025, 5, 10, 12, 0, 5);
const TICKERS = "/v5/market/tickers";
const KLINE = "/v5/market/kline";
const TEN_MINUTES_MS = 600_000;

let exchange: TinyExchange;
let open: TestGateway;
let market: MarketCollection;
beforeEach(async () => {
  exchange = createTinyExchange(["BTCUSDT", "ETHUSDT"], START_MS);
  open = openGateway(exchange);
  market = await collectMarket();
});
afterEach(async () => {
  await open[Symbol.asyncDispose]();
});

function collectMarket(): Promise<MarketCollection> {
  return whileTimePasses(open.clock, open.gateway.collectMarket(open.signal));
}

async function collectSymbols(): Promise<readonly SymbolCollection[]> {
  const all = market.tickers.map((ticker) => open.gateway.collectSymbol(ticker, market.asOfMs, open.signal));
  return whileTimePasses(open.clock, Promise.all(all));
}

const BANS: readonly (readonly [string, string])[] = [
  ["text", "403, access too frequent"],
  ["retCode 10006", '{"retCode":10006,"retMsg":"Too many visits. Exceeded the API Rate Limit."}'],
];

describe.each(BANS)("an IP ban (%s)", (_name, body) => {
  test("stops all requests for ten minutes, and every call says until when", async () => {
    exchange.overrides.set(TICKERS, (response) => sendText(response, 403, body));
    await expect(collectMarket()).rejects.toMatchObject({ code: "exchange_banned" });
    const asked = exchange.received.length;
    const until = /paused until (\S+Z)/.exec(open.logged[0] ?? "")?.[1] ?? "never";
    expect(Math.abs(Date.parse(until) - open.clock.nowMs() - TEN_MINUTES_MS)).toBeLessThan(1000);
    exchange.overrides.clear();

    const symbols = await collectSymbols();
    await open.clock.advance(TEN_MINUTES_MS - 5000);
    await expect(collectMarket()).rejects.toMatchObject({
      code: "exchange_banned",
      message: expect.stringContaining(until),
      hint: expect.stringContaining("REQUEST_BUDGET_SHARE"),
    });
    expect(exchange.received.length).toBe(asked);
    for (const { inputs, problems } of symbols) {
      expect(inputs.book).toMatchObject({ known: false, reason: "not_provided" });
      expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["exchange_banned"]));
      expect(problems).toHaveLength(9);
    }

    await open.clock.advance(6000);
    expect((await collectMarket()).tickers).toHaveLength(2);
    expect((await collectSymbols()).flatMap(({ problems }) => problems)).toEqual([]);
    expect(open.logged).toHaveLength(2);
    expect(open.logged[0]).toContain(`all calls paused until ${until}`);
    expect(open.logged[1]).toContain("answers again");
  });
});

test("a ban in the middle of a refresh also fails the requests that wait for a permit, at once", async () => {
  // 6 requests per 5 s, of which 2 are spent.
  const limited = openGateway(exchange, { requestLimit: 6 });
  await whileTimePasses(limited.clock, limited.gateway.collectMarket(limited.signal));
  const before = exchange.received.length;
  const ban: Answer = (response) => sendText(response, 403, "403, access too frequent");
  for (const path of [KLINE, "/v5/market/orderbook", "/v5/market/recent-trade"]) {
    exchange.overrides.set(path, ban);
  }
  const startedMs = limited.clock.monotonicMs();
  const all = market.tickers.map((each) => limited.gateway.collectSymbol(each, START_MS, limited.signal));
  const collected = await whileTimePasses(limited.clock, Promise.all(all), 10);
  expect(exchange.received.length - before).toBeLessThanOrEqual(4);
  expect(limited.clock.monotonicMs() - startedMs).toBeLessThan(1000);
  const problems = collected.flatMap((each) => each.problems);
  expect(problems).toHaveLength(18);
  for (const { endpoint, code, message } of problems) {
    expect(code).toBe("exchange_banned");
    expect(message).toContain(endpoint);
  }
  await limited.gateway.close();
});

test("after a ban one call is the probe, and while it fails no other call is sent", async () => {
  exchange.overrides.set(TICKERS, (response) => sendText(response, 403, "access too frequent"));
  await expect(collectMarket()).rejects.toMatchObject({ code: "exchange_banned" });
  for (let probe = 1; probe <= 3; probe++) {
    await open.clock.advance(TEN_MINUTES_MS + 1);
    const asked = exchange.received.length;
    await expect(collectMarket()).rejects.toMatchObject({ code: "exchange_banned" });
    await collectSymbols();
    expect(exchange.received.length).toBe(asked + 1);
  }
});

test("a geo-block is recognised, and probed once per ten minutes", async () => {
  const page = '{"error":"The Amazon CloudFront distribution is configured to block access from your country"}';
  exchange.overrides.set(TICKERS, (response) => sendText(response, 403, page));
  const asked = exchange.countOf(TICKERS);
  for (let refresh = 0; refresh < 60; refresh++) {
    await expect(collectMarket()).rejects.toMatchObject({
      code: "exchange_geo_blocked",
      retryable: false,
      hint: expect.stringContaining("once per 10 min"),
    });
    await open.clock.advance(30_000);
  }
  expect(exchange.countOf(TICKERS) - asked).toBe(3);
});

describe("an endpoint over its limit", () => {
  test("pauses alone, longer each time, while the others go on", async () => {
    exchange.overrides.set(KLINE, (response) => sendText(response, 429, "Too Many Requests"));
    const [btc] = await collectSymbols();
    expect(btc?.inputs.book.known).toBe(true);
    expect(btc?.inputs.candles["1m"].known).toBe(false);
    expect(btc?.problems.map(({ code }) => code)).toEqual(Array(4).fill("exchange_rate_limited"));

    const asked = exchange.countOf(KLINE);
    await collectSymbols();
    expect(exchange.countOf(KLINE)).toBe(asked);

    // 5 s are running; then 10, 20 and 40 s follow.
    const waits: number[] = [];
    for (let probe = 0; probe < 4; probe++) {
      const fromMs = open.clock.monotonicMs();
      const before = exchange.countOf(KLINE);
      while (exchange.countOf(KLINE) === before) {
        await open.clock.advance(1000);
        await collectSymbols();
      }
      waits.push(open.clock.monotonicMs() - fromMs);
    }
    for (const [index, expectedMs] of [10_000, 20_000, 40_000].entries()) {
      expect(waits[index + 1]).toBeGreaterThan(expectedMs - 3500);
      expect(waits[index + 1]).toBeLessThan(expectedMs + 3500);
    }

    // The circuit is half-open: one call is the probe, and the others wait for it rather than fail.
    exchange.overrides.clear();
    await open.clock.advance(60_000);
    for (const { inputs, problems } of await collectSymbols()) {
      expect(problems).toEqual([]);
      expect(inputs.candles["1m"].known).toBe(true);
    }
  });
});

test("a Retry-After of a day pauses an endpoint for a minute at most", async () => {
  const headers = { "Retry-After": "86400" };
  exchange.overrides.set(KLINE, (response) => sendText(response, 429, "Too Many Requests", headers));
  await collectSymbols();
  exchange.overrides.clear();
  const asked = exchange.countOf(KLINE);
  await open.clock.advance(55_000);
  await collectSymbols();
  expect(exchange.countOf(KLINE)).toBe(asked);
  await open.clock.advance(5_001);
  await collectSymbols();
  expect(exchange.countOf(KLINE)).toBeGreaterThan(asked);
});

test("an endpoint that never answers does not delay the whole refresh", async () => {
  exchange.overrides.set(KLINE, () => undefined);
  const [ticker] = market.tickers;
  if (ticker === undefined) {
    throw new Error("no ticker");
  }
  const symbols = Array.from({ length: 50 }, (_, n) => ({ ...ticker, symbol: `COIN${n}USDT` }));
  const startedMs = open.clock.monotonicMs();
  const all = Promise.all(symbols.map((each) => open.gateway.collectSymbol(each, START_MS, open.signal)));
  const collected = await whileTimePasses(open.clock, all);
  expect(collected.filter(({ inputs }) => inputs.book.known)).toHaveLength(50);
  expect(collected.filter(({ inputs }) => inputs.candles["1m"].known)).toHaveLength(0);
  expect(open.clock.monotonicMs() - startedMs).toBeLessThan(30_000);
});

test("an exchange that stops answering in the middle of a refresh ends it soon, and the next refresh finds it again", async () => {
  const [ticker] = market.tickers;
  if (ticker === undefined) {
    throw new Error("no ticker");
  }
  const asked = exchange.received.length;
  const paths = ["kline", "orderbook", "recent-trade", "open-interest", "account-ratio", "funding/history"];
  for (const path of paths) {
    exchange.overrides.set(`/v5/market/${path}`, () => undefined);
  }
  const symbols = Array.from({ length: 50 }, (_, n) => ({ ...ticker, symbol: `COIN${n}USDT` }));
  const startedMs = open.clock.monotonicMs();
  const all = Promise.all(symbols.map((each) => open.gateway.collectSymbol(each, START_MS, open.signal)));
  const collected = await whileTimePasses(open.clock, all, 200);
  expect(open.clock.monotonicMs() - startedMs).toBeLessThan(30_000);
  expect(exchange.received.length - asked).toBeLessThan(80);
  expect(new Set(collected.flatMap(({ problems }) => problems.map(({ code }) => code)))).toEqual(
    new Set(["exchange_timeout"]),
  );
  exchange.overrides.clear();
  await open.clock.advance(15_000);
  expect((await collectMarket()).tickers).toHaveLength(2);
});

test("pauses go on in the next process, but for geo-blocks, and never longer than a new one", async () => {
  const clock = createFakeClock();
  const log = { info: () => undefined, warn: () => undefined };
  const durations = EXCHANGE_DURATIONS;
  const kept: ExchangePause[] = [];
  const first = createCircuitBreaker({ clock, log, durations, onPauses: (pauses) => void kept.push(...pauses) });
  const entry = first.enter("/a");
  if (entry.state !== "closed") {
    throw new Error("a new breaker is closed");
  }
  entry.ticket.failed(new ExchangeError({ code: "exchange_banned", endpoint: "/a", message: "banned" }));
  expect(kept).toEqual([{ scope: "*", code: "exchange_banned", untilMs: clock.nowMs() + durations.banPauseMs }]);

  await clock.advance(60_000);
  const second = createCircuitBreaker({ clock, log, durations });
  second.resume([...kept, { scope: "/b", code: "exchange_geo_blocked", untilMs: clock.nowMs() + 1000 }]);
  await clock.advance(durations.banPauseMs - 60_001);
  expect(second.openError("/b")).toMatchObject({ code: "exchange_banned" });
  await clock.advance(1);
  expect(second.openError("/b")).toBeNull();

  const third = createCircuitBreaker({ clock, log, durations });
  third.resume([{ scope: "*", code: "exchange_banned", untilMs: clock.nowMs() + 86_400_000 }]);
  await clock.advance(durations.banPauseMs);
  expect(third.openError("/a")).toBeNull();
});
