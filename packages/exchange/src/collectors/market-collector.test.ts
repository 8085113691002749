import { haveRecordings, readRecordedBody } from "@pulseboard/testing/recordings";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MarketCollection } from "../gateway/exchange-gateway.ts";
import { openGateway, type TestGateway, whileTimePasses } from "../testing/gateways.ts";
import { envelope, sendJson, sendText } from "../testing/test-response.ts";
import { createTinyExchange, instrumentRow, type TinyExchange, tickerRow } from "../testing/tiny-exchange.ts";

const START_MS = Date.UTC(2025, 5, 10, 12, 0, 5);
const INSTRUMENTS = "/v5/market/instruments-info";
const TICKERS = "/v5/market/tickers";

let exchange: TinyExchange;
let open: TestGateway;
beforeEach(async () => {
  exchange = createTinyExchange(["BTCUSDT", "ETHUSDT"], START_MS);
  open = openGateway(exchange);
});
afterEach(async () => {
  await open[Symbol.asyncDispose]();
});

function collect(): Promise<MarketCollection> {
  return whileTimePasses(open.clock, open.gateway.collectMarket(open.signal));
}

async function collectOne(fields: Record<string, unknown>) {
  exchange.tickers = [tickerRow("BTCUSDT", fields)];
  const { tickers, problems } = await collect();
  return { ticker: tickers[0], problems };
}

describe("the market", () => {
  test("takes two requests at the start, then one, with the exchange's own time", async () => {
    const market = await collect();
    expect(market).toMatchObject({ asOfMs: START_MS, expected: 2, problems: [] });
    expect(market.tickers.map(({ symbol, baseCoin }) => [symbol, baseCoin])).toEqual([
      ["BTCUSDT", "BTC"],
      ["ETHUSDT", "ETH"],
    ]);
    await collect();
    expect(exchange.received.map(({ path }) => path)).toEqual([INSTRUMENTS, TICKERS, TICKERS]);
  });

  test("has only trading perpetuals on crypto, quoted in USDT", async () => {
    exchange.instruments = [
      instrumentRow("BTCUSDT"),
      instrumentRow("NEWUSDT", { symbolType: "innovation" }),
      instrumentRow("OLDUSDT", { symbolType: undefined }),
      instrumentRow("BTCPERP", { quoteCoin: "USDC" }),
      instrumentRow("BTCUSDT-27JUN25", { contractType: "LinearFutures" }),
      instrumentRow("SOONUSDT", { status: "PreLaunch" }),
      instrumentRow("PREUSDT", { isPreListing: true }),
      instrumentRow("TSLAUSDT", { symbolType: "stock" }),
      instrumentRow("XAUUSDT", { symbolType: "commodity" }),
      instrumentRow("EURUSDT", { symbolType: "forex" }),
    ];
    exchange.tickers = exchange.instruments.map(({ symbol }) => tickerRow(String(symbol)));
    const { tickers, expected } = await collect();
    expect(tickers.map(({ symbol }) => symbol)).toEqual(["BTCUSDT", "NEWUSDT", "OLDUSDT"]);
    expect(expected).toBe(3);
  });

  test("leaves out kinds of contracts that it knows not to be crypto, and those it does not know, which it reports once", async () => {
    exchange.instruments = [
      instrumentRow("BTCUSDT"),
      instrumentRow("QQQUSDT", { symbolType: "etf" }),
      instrumentRow("FUNDUSDT", { symbolType: "ETF" }),
      instrumentRow("MOONUSDT", { symbolType: "lunar" }),
      instrumentRow("MARSUSDT", { symbolType: 7 }),
    ];
    exchange.tickers = exchange.instruments.map(({ symbol }) => tickerRow(String(symbol)));
    exchange.overrides.set(TICKERS, (response) => sendText(response, 400, "no"));
    await expect(collect()).rejects.toThrow();
    exchange.overrides.clear();
    // Also where the refresh that found them failed.
    const { tickers, expected, problems } = await collect();
    expect([tickers.map(({ symbol }) => symbol), expected]).toEqual([["BTCUSDT"], 1]);
    expect(problems).toMatchObject([
      { code: "unknown_symbol_type", symbol: '"MOONUSDT"', message: expect.stringContaining('"lunar"') },
      { code: "unknown_symbol_type", symbol: '"MARSUSDT"' },
    ]);
    await open.clock.advance(3_600_000);
    expect((await collect()).problems).toEqual([]);
    expect(exchange.countOf(INSTRUMENTS)).toBe(2);
  });

  test("a contract with a name that cannot be used costs itself alone, and is reported once", async () => {
    const bad = ["BTC.USDT", "A BUSDT", `${"L".repeat(40)}USDT`, "__proto__", "constructor", "TON\nUSDT"];
    const good = ["1000PEPEUSDT", "BTCUSDT", "\u5e01\u5b89\u4eba\u751fUSDT"];
    exchange.instruments = [...good, ...bad].map((symbol) => instrumentRow(symbol));
    exchange.tickers = [...good, ...bad].map((symbol) => tickerRow(symbol));
    const { tickers, expected, problems } = await collect();
    expect(tickers.map(({ symbol }) => symbol)).toEqual(good);
    expect(expected).toBe(3);
    expect(problems.map(({ code }) => code)).toEqual(bad.map(() => "unusable_name"));
    expect(problems.map(({ symbol }) => symbol)).toContain('"__proto__"');
    await open.clock.advance(3_600_000);
    expect((await collect()).problems).toEqual([]);
  });

  test("reads all pages of the instruments, and sends each cursor exactly as it came", async () => {
    const pages: Record<string, object> = {
      "": { list: [instrumentRow("BTCUSDT")], nextPageCursor: "first%3DBTC%26last%3DBTC" },
      "first%3DBTC%26last%3DBTC": { list: [instrumentRow("ETHUSDT")], nextPageCursor: "" },
    };
    exchange.overrides.set(INSTRUMENTS, (response, { query }) =>
      sendJson(response, envelope(pages[query.get("cursor") ?? ""], START_MS)),
    );
    expect((await collect()).expected).toBe(2);
  });

  test("rejects pages that never end", async () => {
    const page = { list: [instrumentRow("BTCUSDT")], nextPageCursor: "again" };
    exchange.overrides.set(INSTRUMENTS, (response) => sendJson(response, envelope(page, START_MS)));
    await expect(collect()).rejects.toMatchObject({
      code: "exchange_bad_body",
      message: expect.stringContaining("never end"),
    });
  });

  test("renews the instruments after an hour; when that fails, it keeps the old ones and reports it", async () => {
    await collect();
    exchange.overrides.set(INSTRUMENTS, (response) => sendText(response, 400, "no"));
    await open.clock.advance(3_600_000);
    const market = await collect();
    expect(market.tickers).toHaveLength(2);
    expect(market.problems).toMatchObject([{ endpoint: INSTRUMENTS, code: "exchange_bad_request", symbol: null }]);
    const asked = exchange.countOf(INSTRUMENTS);
    expect((await collect()).problems).toEqual([]);
    expect(exchange.countOf(INSTRUMENTS)).toBe(asked);
    exchange.overrides.clear();
    exchange.instruments.push(instrumentRow("SOLUSDT"));
    await open.clock.advance(300_000);
    expect((await collect()).expected).toBe(3);
  });

  test("fails without instruments or without tickers", async () => {
    exchange.tickers = [];
    await expect(collect()).rejects.toMatchObject({ code: "exchange_bad_body", endpoint: TICKERS });
    exchange.overrides.set(TICKERS, (response) => sendText(response, 502, "<html>"));
    await expect(collect()).rejects.toMatchObject({ code: "exchange_unavailable", endpoint: TICKERS });
  });

  test("retries twice at most, and not where that cannot help", async () => {
    let failures = 2;
    exchange.overrides.set(TICKERS, (response) => {
      if (failures-- > 0) {
        sendText(response, 503, "");
      } else {
        sendJson(response, envelope({ list: exchange.tickers }, START_MS));
      }
    });
    expect((await collect()).tickers).toHaveLength(2);
    exchange.overrides.set(TICKERS, (response) => sendText(response, 503, ""));
    let asked = exchange.countOf(TICKERS);
    await expect(collect()).rejects.toMatchObject({ code: "exchange_unavailable" });
    expect(exchange.countOf(TICKERS) - asked).toBe(3);
    exchange.overrides.set(TICKERS, (response) => sendText(response, 404, ""));
    asked = exchange.countOf(TICKERS);
    await expect(collect()).rejects.toMatchObject({ code: "exchange_bad_request" });
    expect(exchange.countOf(TICKERS) - asked).toBe(1);
  });

  test("has the exchange's time without its tickers, and fails like every call", async () => {
    exchange.overrides.set(TICKERS, (response) => sendText(response, 502, "<html>"));
    expect(await open.gateway.marketTimeMs(open.signal)).toBe(START_MS);
    exchange.overrides.set("/v5/market/time", (response) => sendText(response, 400, "no"));
    await expect(open.gateway.marketTimeMs(open.signal)).rejects.toMatchObject({ code: "exchange_bad_request" });
  });

  test("ends at once with the reason of its signal", async () => {
    exchange.overrides.set(TICKERS, () => undefined);
    const refresh = new AbortController();
    const collecting = open.gateway.collectMarket(refresh.signal);
    refresh.abort(new Error("shutting down"));
    await expect(collecting).rejects.toThrow("shutting down");
  });
});

describe("a ticker", () => {
  test("is in our units: percent, funding per 8 h, one side of the open interest", async () => {
    const { ticker } = await collectOne({ fundingRate: "0.0001", fundingIntervalHour: "4" });
    expect(ticker).toEqual({
      symbol: "BTCUSDT",
      baseCoin: "BTC",
      lastPrice: 100.5,
      markPrice: 100.45,
      indexPrice: 100.4,
      price24hAgo: 98,
      change24hPercent: 2.551,
      high24h: 101,
      low24h: 97,
      volume24hBase: 50_000,
      turnover24hUsd: 5_000_000,
      openInterestBase: 1000,
      openInterestUsd: 100_500,
      fundingRate8h: 0.0002,
      fundingIntervalHours: 4,
      nextFundingAtMs: 1_749_571_200_000,
      bidPrice: 100.4,
      askPrice: 100.6,
    });
  });

  test("halves an open interest that counts both sides, and takes a missing funding interval from the instrument", async () => {
    const { ticker } = await collectOne({
      singleOpenInterest: undefined,
      singleOpenInterestValue: "",
      fundingIntervalHour: undefined,
    });
    expect(ticker).toMatchObject({
      openInterestBase: 1000,
      openInterestUsd: 100_500,
      fundingIntervalHours: 8,
      fundingRate8h: 0.0001,
    });
  });

  test("has null, never 0, for figures that are not given, which is not an error", async () => {
    const blank = Object.fromEntries(Object.keys(tickerRow("")).map((field) => [field, ""]));
    exchange.instruments = [instrumentRow("BTCUSDT", { fundingInterval: undefined })];
    const { ticker, problems } = await collectOne({ ...blank, symbol: "BTCUSDT", lastPrice: "100.5" });
    const { symbol, baseCoin, lastPrice, ...figures } = ticker ?? {};
    expect([symbol, baseCoin, lastPrice]).toEqual(["BTCUSDT", "BTC", 100.5]);
    expect(new Set(Object.values(figures))).toEqual(new Set([null]));
    expect(problems).toEqual([]);
  });

  const absurd: readonly (readonly [string, Record<string, unknown>, Record<string, null>])[] = [
    ["a word for a number", { markPrice: "abc" }, { markPrice: null }],
    ["NaN", { indexPrice: "NaN" }, { indexPrice: null }],
    ["Infinity", { turnover24h: "1e999" }, { turnover24hUsd: null }],
    ["hexadecimal", { volume24h: "0x10" }, { volume24hBase: null }],
    ["a negative volume", { volume24h: "-1" }, { volume24hBase: null }],
    ["an object", { openInterest: {}, singleOpenInterest: "" }, { openInterestBase: null }],
    ["a loss above 100 %", { price24hPcnt: "-1.5" }, { change24hPercent: null }],
    ["a funding rate of 300 %", { fundingRate: "3" }, { fundingRate8h: null }],
    ["high below low", { highPrice24h: "90" }, { high24h: null, low24h: null }],
    ["bid above ask", { bid1Price: "101" }, { bidPrice: null, askPrice: null }],
    ["a price of 0", { prevPrice24h: "0" }, { price24hAgo: null }],
  ];
  test.each(absurd)("%s: that figure is null and counted, and the others stay", async (_name, fields, expected) => {
    const { ticker, problems } = await collectOne(fields);
    expect(ticker).toMatchObject({ lastPrice: 100.5, ...expected });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: "bad_rows", endpoint: TICKERS });
    expect(problems[0]?.message).toContain("BTCUSDT");
  });

  test.each([["0"], ["-1"], [""], [null], ["1,000"], ["1e300"]])(
    "a row without a usable last price (%s) is left out and counted",
    async (lastPrice) => {
      exchange.tickers = [tickerRow("BTCUSDT", { lastPrice }), tickerRow("ETHUSDT"), 7 as never, tickerRow("ETHUSDT")];
      const { tickers, expected, problems } = await collect();
      expect(tickers.map(({ symbol }) => symbol)).toEqual(["ETHUSDT"]);
      expect(expected).toBe(2);
      expect(problems).toHaveLength(1);
      expect(problems[0]?.message).toMatch(/: 3 unusable .*lastPrice of BTCUSDT/);
    },
  );
});

describe.skipIf(!haveRecordings())("the recorded market of 2023-08", () => {
  interface Row {
    readonly symbol: string;
    readonly lastPrice: string;
    readonly openInterest: string;
  }
  test("give 237 symbols of 259 rows, with the fields of that time", async () => {
    const body = readRecordedBody("tickers-linear-2023-08.json") as { time: number; result: { list: Row[] } };
    const rows = body.result.list;
    exchange.instruments = rows.map(({ symbol }) => {
      if (symbol.includes("-")) {
        return instrumentRow(symbol, { contractType: "LinearFutures" });
      }
      return instrumentRow(symbol, { quoteCoin: symbol.endsWith("USDT") ? "USDT" : "USDC" });
    });
    exchange.overrides.set(TICKERS, (response) => sendJson(response, body));
    const { tickers, problems, asOfMs, expected } = await collect();
    expect({ rows: rows.length, tickers: tickers.length, expected, asOfMs }).toEqual({
      rows: 259,
      tickers: 237,
      expected: 237,
      asOfMs: 1_692_163_167_245,
    });
    expect(problems).toEqual([]);
    const recorded = new Map(rows.map((row) => [row.symbol, row]));
    for (const ticker of tickers) {
      expect(ticker.lastPrice).toBe(Number(recorded.get(ticker.symbol)?.lastPrice));
      expect(ticker.openInterestBase).toBe(Number(recorded.get(ticker.symbol)?.openInterest) / 2);
      expect(ticker.fundingRate8h).not.toBeNull();
    }
  });

  test("give the one-sided open interest of a present-day row", async () => {
    exchange.overrides.set(TICKERS, (response) => sendJson(response, readRecordedBody("tickers-BTCUSDT-2026-09.json")));
    const { tickers, problems } = await collect();
    expect(problems).toEqual([]);
    expect(tickers[0]).toMatchObject({
      lastPrice: 78_468.5,
      openInterestBase: 28_199.912,
      fundingRate8h: 0.0000523,
      fundingIntervalHours: 8,
    });
    expect(tickers[0]?.change24hPercent).toBeCloseTo(-0.7958, 10);
  });
});
