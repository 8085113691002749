import { createBybitApi } from "../bybit/bybit-api.ts";
import type { BybitClient } from "../bybit/client.ts";
import { readEnvelope } from "../bybit/envelope.ts";
import { errorFromResponse } from "../bybit/errors.ts";
import type { ExchangeApi } from "../gateway/exchange-api.ts";
import { type Answer, envelope, type ReceivedRequest, sendJson, type TestResponse } from "./test-response.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

type Row = Record<string, unknown>;

/** A minimal exchange in memory: every endpoint that the gateway reads, over a market that is a formula. */
export interface TinyExchange {
  readonly api: ExchangeApi;
  /** Everything that arrived, oldest first. */
  readonly received: readonly ReceivedRequest[];
  countOf(path: string): number;
  /** Market time; tests set it. */
  nowMs: number;
  /** What it says of its market: by default that it stands still, as its time is in the test's hands. */
  marketSpeed: number;
  instruments: Row[];
  tickers: Row[];
  /** Take the place of an endpoint's usual answer, until deleted. */
  readonly overrides: Map<string, Answer>;
  /** Seconds between two trades. */
  secondsPerTrade: number;
}

export function createTinyExchange(symbols: readonly string[], nowMs: number): TinyExchange {
  const overrides = new Map<string, Answer>();
  const received: ReceivedRequest[] = [];
  const client: BybitClient = {
    get: async (endpoint, params, signal) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(params)) {
        query.set(name, String(value));
      }
      const request = { path: endpoint, query };
      received.push(request);
      const override = overrides.get(endpoint);
      const { status, headers, body } = await respond(signal, (response) =>
        override === undefined ? answer(exchange, response, request) : override(response, request),
      );
      const json = parseJson(body);
      const error = errorFromResponse({ endpoint, status, headers, body, json });
      const read = readEnvelope(json, exchange.marketSpeed);
      if (error !== null || typeof read === "string") {
        throw error ?? new Error("a good response without an envelope");
      }
      return read;
    },
    close: async () => undefined,
  };
  const exchange: TinyExchange = {
    api: createBybitApi(client),
    received,
    countOf: (path) => received.filter((request) => request.path === path).length,
    nowMs,
    marketSpeed: 0,
    instruments: symbols.map((symbol) => instrumentRow(symbol)),
    tickers: symbols.map((symbol) => tickerRow(symbol)),
    overrides,
    secondsPerTrade: 10,
  };
  return exchange;
}

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Resolves with the answer of `write`; without one, rejects when the signal is aborted. */
function respond(signal: AbortSignal, write: (response: TestResponse) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    write({
      writeHead: (status, headers = {}) => ({ end: (body = "") => resolve({ status, headers, body }) }),
    });
  });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export function instrumentRow(symbol: string, fields: Row = {}): Row {
  return {
    symbol,
    contractType: "LinearPerpetual",
    status: "Trading",
    baseCoin: symbol.replace(/USDT$/, ""),
    quoteCoin: "USDT",
    fundingInterval: 480,
    isPreListing: false,
    symbolType: "",
    ...fields,
  };
}

export function tickerRow(symbol: string, fields: Row = {}): Row {
  return {
    symbol,
    lastPrice: "100.5",
    indexPrice: "100.4",
    markPrice: "100.45",
    prevPrice24h: "98",
    price24hPcnt: "0.025510",
    highPrice24h: "101",
    lowPrice24h: "97",
    openInterest: "2000",
    openInterestValue: "201000",
    singleOpenInterest: "1000",
    singleOpenInterestValue: "100500",
    turnover24h: "5000000",
    volume24h: "50000",
    fundingRate: "0.0001",
    nextFundingTime: "1749571200000",
    bid1Price: "100.4",
    ask1Price: "100.6",
    fundingIntervalHour: "8",
    ...fields,
  };
}

/** One candle of the formula. Longer ones consist of the minutes, as on the exchange. */
export function klineRow(openMs: number, intervalMs: number): string[] {
  let high = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  let volume = 0;
  for (let t = openMs; t < openMs + intervalMs; t += MINUTE_MS) {
    high = Math.max(high, priceAt(t) + 0.5, priceAt(t + MINUTE_MS) + 0.5);
    low = Math.min(low, priceAt(t) - 0.5, priceAt(t + MINUTE_MS) - 0.5);
    volume += (t / MINUTE_MS) % 7;
  }
  return [openMs, priceAt(openMs), high, low, priceAt(openMs + intervalMs), volume, volume * 100].map(String);
}

function priceAt(timeMs: number): number {
  return 100 + Math.round(Math.sin(timeMs / 1e7) * 1000) / 100;
}

function answer(exchange: TinyExchange, response: TestResponse, request: ReceivedRequest): void {
  const result = resultFor(exchange, request);
  if (result === null) {
    response.writeHead(404).end("no such route");
  } else {
    sendJson(response, envelope(result, exchange.nowMs));
  }
}

function resultFor(exchange: TinyExchange, { path, query }: ReceivedRequest): Row | null {
  const { nowMs } = exchange;
  const symbol = query.get("symbol");
  const limit = Number(query.get("limit"));
  switch (path) {
    case "/v5/market/time":
      return { timeSecond: String(Math.floor(nowMs / 1000)), timeNano: `${nowMs}000000` };
    case "/v5/market/instruments-info":
      return { category: "linear", list: exchange.instruments, nextPageCursor: "" };
    case "/v5/market/tickers":
      return { category: "linear", list: exchange.tickers };
    case "/v5/market/kline": {
      const intervalMs = Number(query.get("interval")) * MINUTE_MS;
      const endMs = Math.min(Number(query.get("end") ?? nowMs), nowMs);
      return { category: "linear", symbol, list: every(intervalMs, endMs, limit).map((t) => klineRow(t, intervalMs)) };
    }
    case "/v5/market/orderbook": {
      const levels = [1, 2, 3, 4, 5];
      const b = levels.map((n) => [String(100.5 - n * 0.1), String(n)]);
      return {
        s: symbol,
        b,
        a: levels.map((n) => [String(100.5 + n * 0.1), String(n)]),
        ts: nowMs - 20,
        u: 1,
        seq: 1,
        cts: nowMs - 30,
      };
    }
    case "/v5/market/recent-trade":
      return {
        category: "linear",
        list: every(exchange.secondsPerTrade * 1000, nowMs, limit).map((t) => tradeRow(String(symbol), t)),
      };
    case "/v5/market/open-interest": {
      const list = every(5 * MINUTE_MS, nowMs, limit).map((t) => ({
        openInterest: "2000",
        singleOpenInterest: String(1000 + ((t / MINUTE_MS) % 11)),
        timestamp: String(t),
      }));
      return { symbol, category: "linear", list, nextPageCursor: "" };
    }
    case "/v5/market/account-ratio": {
      const list = every(HOUR_MS, nowMs, limit).map((t) => ({
        symbol,
        buyRatio: "0.6",
        sellRatio: "0.4",
        timestamp: String(t),
      }));
      return { list, nextPageCursor: "" };
    }
    case "/v5/market/funding/history": {
      const list = every(8 * HOUR_MS, nowMs, limit).map((t) => ({
        symbol,
        fundingRate: "0.0001",
        fundingRateTimestamp: String(t),
      }));
      return { category: "linear", list };
    }
    default:
      return null;
  }
}

export function tradeRow(symbol: string, timeMs: number, fields: Row = {}): Row {
  return {
    execId: `trade-${timeMs}`,
    symbol,
    price: "100.5",
    size: "2",
    side: (timeMs / 1000) % 20 === 0 ? "Buy" : "Sell",
    time: String(timeMs),
    isBlockTrade: false,
    ...fields,
  };
}

/** The newest `count` multiples of `stepMs` up to `endMs`, newest first. */
function every(stepMs: number, endMs: number, count: number): number[] {
  const last = Math.floor(endMs / stepMs) * stepMs;
  return Array.from({ length: count }, (_, index) => last - index * stepMs);
}
