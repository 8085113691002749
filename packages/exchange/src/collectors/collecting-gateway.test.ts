import type { Input, Ticker } from "@pulseboard/engine";
import { describe, expect, test } from "vitest";
import { openGateway, type TestGateway, whileTimePasses } from "../testing/gateways.ts";
import { envelope, sendJson, sendText } from "../testing/test-response.ts";
import { createTinyExchange } from "../testing/tiny-exchange.ts";

const START_MS = Date.UTC(2025, 5, 10, 12, 0, 5);
const KLINE = "/v5/market/kline";
const TICKERS = "/v5/market/tickers";

function countOf<T>(input: Input<T>, length: (value: T) => number): number | string {
  return input.known ? length(input.value) : input.reason;
}

async function firstTicker(open: TestGateway): Promise<Ticker> {
  const market = await open.gateway.collectMarket(open.signal);
  const ticker = market.tickers[0];
  if (ticker === undefined) {
    throw new Error("no ticker");
  }
  return ticker;
}

test("a gateway that follows on an earlier process sends nothing until that one's window is over", async () => {
  const exchange = createTinyExchange(["BTCUSDT"], START_MS);
  await using open = openGateway(exchange, { notBeforeMs: 6000 });
  const collected = open.gateway.collectMarket(open.signal);
  await open.clock.advance(5999);
  expect(exchange.received).toEqual([]);
  await open.clock.advance(1);
  expect((await collected).tickers).toHaveLength(1);
});

describe("a symbol's inputs", () => {
  test("are complete after nine requests of a cold start", async () => {
    const exchange = createTinyExchange(["BTCUSDT"], START_MS);
    await using open = openGateway(exchange);
    const ticker = await firstTicker(open);
    const before = exchange.received.length;
    const { inputs, problems } = await open.gateway.collectSymbol(ticker, START_MS, open.signal);

    expect(problems).toEqual([]);
    expect(exchange.received.length - before).toBe(9);
    expect(countOf(inputs.candles["1m"], (candles) => candles.openTimeMs.length)).toBe(1000);
    expect(countOf(inputs.candles["5m"], (candles) => candles.openTimeMs.length)).toBe(1000);
    expect(countOf(inputs.candles["30m"], (candles) => candles.openTimeMs.length)).toBe(1000);
    expect(countOf(inputs.candles["4h"], (candles) => candles.openTimeMs.length)).toBe(1000);
    expect(inputs.candles["4h"]).toMatchObject({
      known: true,
      asOfMs: Date.UTC(2025, 5, 10, 12),
      periodMs: 14_400_000,
    });
    expect(countOf(inputs.book, (book) => book.bidPrice.length)).toBe(5);
    expect(countOf(inputs.trades, (trades) => trades.timeMs.length)).toBe(90);
    expect(countOf(inputs.openInterestBase, (series) => series.value.length)).toBe(200);
    expect(countOf(inputs.longAccountShare, (series) => series.value.length)).toBe(480);
    expect(countOf(inputs.fundingRate8h, (series) => series.value.length)).toBe(200);
    expect(inputs.liquidations).toMatchObject({ known: false, reason: "not_provided" });
  });

  test("need only book and trades half a minute later, and one candle more after the minute", async () => {
    const exchange = createTinyExchange(["BTCUSDT"], START_MS);
    await using open = openGateway(exchange);
    const ticker = await firstTicker(open);
    await open.gateway.collectSymbol(ticker, START_MS, open.signal);

    let seen = exchange.received.length;
    exchange.nowMs += 30_000;
    await open.gateway.collectSymbol(ticker, exchange.nowMs, open.signal);
    expect(exchange.received.slice(seen).map(({ path }) => path)).toEqual([
      "/v5/market/orderbook",
      "/v5/market/recent-trade",
    ]);

    seen = exchange.received.length;
    exchange.nowMs += 30_000;
    const { inputs } = await open.gateway.collectSymbol(ticker, exchange.nowMs, open.signal);
    const klines = exchange.received.slice(seen).filter(({ path }) => path === KLINE);
    expect(klines.map(({ query }) => [query.get("interval"), query.get("limit")])).toEqual([["1", "1"]]);
    expect(inputs.candles["1m"]).toMatchObject({ known: true, asOfMs: Date.UTC(2025, 5, 10, 12, 1) });
    expect(inputs.book).toMatchObject({ known: true, asOfMs: exchange.nowMs - 20 });
  });

  test("stay as they were, with their true age, when the exchange stops answering; each failure is a problem", async () => {
    const exchange = createTinyExchange(["BTCUSDT"], START_MS);
    await using open = openGateway(exchange);
    const ticker = await firstTicker(open);
    await open.gateway.collectSymbol(ticker, START_MS, open.signal);
    for (const path of [KLINE, "/v5/market/orderbook", "/v5/market/recent-trade"]) {
      exchange.overrides.set(path, (response) => sendText(response, 400, "no"));
    }
    exchange.nowMs += 60_000;
    const { inputs, problems } = await open.gateway.collectSymbol(ticker, exchange.nowMs, open.signal);
    expect(inputs.candles["1m"]).toMatchObject({ known: true, asOfMs: Date.UTC(2025, 5, 10, 12) });
    expect(inputs.book).toMatchObject({ known: true, asOfMs: START_MS - 20 });
    expect(inputs.trades).toMatchObject({ known: true, asOfMs: START_MS });
    expect(problems.map(({ endpoint, code, symbol }) => [endpoint, code, symbol])).toEqual([
      [KLINE, "exchange_bad_request", "BTCUSDT"],
      ["/v5/market/orderbook", "exchange_bad_request", "BTCUSDT"],
      ["/v5/market/recent-trade", "exchange_bad_request", "BTCUSDT"],
    ]);
  });
});

describe("the gateway", () => {
  test("keeps the failure of one symbol from the others", async () => {
    const exchange = createTinyExchange(["BTCUSDT", "GONEUSDT"], START_MS);
    await using open = openGateway(exchange);
    const { tickers } = await open.gateway.collectMarket(open.signal);
    exchange.overrides.set("/v5/market/orderbook", (response, { query }) => {
      const symbol = query.get("symbol");
      if (symbol === "GONEUSDT") {
        const refusal = { retCode: 10001, retMsg: "Not supported symbols", result: {}, retExtInfo: {}, time: START_MS };
        return sendJson(response, refusal);
      }
      sendJson(response, envelope({ s: symbol, b: [["100", "1"]], a: [["101", "1"]], ts: START_MS }, START_MS));
    });
    const [btc, gone] = await Promise.all(
      tickers.map((ticker) => open.gateway.collectSymbol(ticker, START_MS, open.signal)),
    );
    expect(btc?.problems).toEqual([]);
    expect(btc?.inputs.book.known).toBe(true);
    expect(gone?.inputs.book.known).toBe(false);
    expect(gone?.inputs.candles["1m"].known).toBe(true);
    expect(gone?.problems).toMatchObject([{ code: "unknown_symbol", symbol: "GONEUSDT" }]);
  });

  test("forgets the data of symbols that are no longer wanted, and only of those", async () => {
    const exchange = createTinyExchange(["BTCUSDT", "ETHUSDT"], START_MS);
    await using open = openGateway(exchange);
    const { tickers } = await open.gateway.collectMarket(open.signal);
    const collectAll = () =>
      Promise.all(tickers.map((each) => open.gateway.collectSymbol(each, START_MS, open.signal)));
    await collectAll();
    open.gateway.retainOnly(new Set(["ETHUSDT"]));
    const before = exchange.received.length;
    await collectAll();
    const asked = exchange.received.slice(before).map(({ query }) => query.get("symbol"));
    expect(asked.filter((symbol) => symbol === "BTCUSDT")).toHaveLength(9);
    expect(asked.filter((symbol) => symbol === "ETHUSDT")).toHaveLength(2);
  });

  test("ends a collection at once, with the reason of its signal", async () => {
    const exchange = createTinyExchange(["BTCUSDT"], START_MS);
    await using open = openGateway(exchange);
    const ticker = await firstTicker(open);
    exchange.overrides.set(KLINE, () => undefined);
    const refresh = new AbortController();
    const collecting = open.gateway.collectSymbol(ticker, START_MS, refresh.signal);
    refresh.abort(new Error("shutting down"));
    await expect(collecting).rejects.toThrow("shutting down");
    expect(open.clock.sleeping()).toBe(0);
  });

  test("ends the collections under way when it is closed, and leaves no timer behind", async () => {
    const exchange = createTinyExchange(["BTCUSDT"], START_MS);
    const open = openGateway(exchange);
    const ticker = await firstTicker(open);
    exchange.overrides.set(KLINE, () => undefined);
    const collecting = open.gateway.collectSymbol(ticker, START_MS, open.signal);
    await open.gateway.close();
    await expect(whileTimePasses(open.clock, collecting)).rejects.toThrow("closed");
    expect(open.clock.sleeping()).toBe(0);
  });
});

test("the outcome of each request is reported, retries included", async () => {
  const exchange = createTinyExchange(["BTCUSDT"], START_MS);
  const told: string[] = [];
  await using open = openGateway(exchange, {
    onRequestEnd: (endpoint, outcome) => void told.push(`${endpoint} ${outcome}`),
  });
  await open.gateway.collectMarket(open.signal);
  expect(told.toSorted()).toEqual(["/v5/market/instruments-info ok", `${TICKERS} ok`]);

  told.length = 0;
  exchange.overrides.set(TICKERS, (response) => response.writeHead(503).end("busy"));
  await whileTimePasses(
    open.clock,
    open.gateway.collectMarket(open.signal).catch(() => {}),
  );
  expect(told).toEqual(Array(3).fill(`${TICKERS} exchange_unavailable`));
});

test("the budget gives the use of a window and its limit", async () => {
  const exchange = createTinyExchange(["BTCUSDT"], START_MS);
  await using open = openGateway(exchange);
  expect(open.gateway.budget()).toEqual({ used: 0, limit: 300 });
  await open.gateway.collectMarket(open.signal);
  expect(open.gateway.budget()).toEqual({ used: 2, limit: 300 });
  await open.clock.advance(6_000);
  expect(open.gateway.budget()).toEqual({ used: 0, limit: 300 });
});
