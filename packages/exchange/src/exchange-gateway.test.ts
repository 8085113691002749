import type { Input, Ticker } from "@pulseboard/engine";
import { describe, expect, test } from "vitest";
import { openGateway } from "./testing/gateways.ts";
import { sendText } from "./testing/hostile-server.ts";
import { startTinyExchange, type TinyExchange } from "./testing/tiny-exchange.ts";

const START_MS = Date.UTC(2025, 5, 10, 12, 0, 5);
const KLINE = "/v5/market/kline";

function countOf<T>(input: Input<T>, length: (value: T) => number): number | string {
  return input.known ? length(input.value) : input.reason;
}

async function firstTicker(exchange: TinyExchange, open: ReturnType<typeof openGateway>): Promise<Ticker> {
  const market = await open.gateway.collectMarket(open.signal);
  const ticker = market.tickers[0];
  if (ticker === undefined) throw new Error(`no ticker from ${exchange.url}`);
  return ticker;
}

describe("a symbol's inputs", () => {
  test("a cold start asks nine times and has everything", async () => {
    await using exchange = await startTinyExchange(["BTCUSDT"], START_MS);
    await using open = openGateway(exchange.url);
    const ticker = await firstTicker(exchange, open);
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
    expect(inputs.previousBook).toEqual({ known: false, reason: "not_provided", periodMs: 30_000 });
    expect(countOf(inputs.trades, (trades) => trades.timeMs.length)).toBe(90);
    expect(countOf(inputs.openInterestBase, (series) => series.value.length)).toBe(200);
    expect(countOf(inputs.longAccountShare, (series) => series.value.length)).toBe(480);
    expect(countOf(inputs.fundingRate8h, (series) => series.value.length)).toBe(200);
    expect(inputs.liquidations).toMatchObject({ known: false, reason: "not_provided" });
  });

  test("half a minute later only book and trades are asked for; after the minute one candle more", async () => {
    await using exchange = await startTinyExchange(["BTCUSDT"], START_MS);
    await using open = openGateway(exchange.url);
    const ticker = await firstTicker(exchange, open);
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
    expect(inputs.previousBook).toMatchObject({ known: true, asOfMs: exchange.nowMs - 30_000 - 20 });
  });

  test("when the exchange stops answering, what is known stays with its true age, and each failure is a problem", async () => {
    await using exchange = await startTinyExchange(["BTCUSDT"], START_MS);
    await using open = openGateway(exchange.url);
    const ticker = await firstTicker(exchange, open);
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
