import { FAULT_NAMES } from "@pulseboard/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBybitApi } from "./bybit/bybit-api.ts";
import { createBybitClient } from "./bybit/client.ts";
import { EXCHANGE_DURATIONS } from "./durations.ts";
import { ExchangeError, type ExchangeErrorCode } from "./errors/exchange-error.ts";
import type { RowErrors } from "./errors/row-errors.ts";
import type { ExchangeApi, ExchangeRequest, Instrument } from "./gateway/exchange-api.ts";
import { createCircuitBreaker } from "./limits/circuit-breaker.ts";
import { createExchangeCaller } from "./limits/exchange-caller.ts";
import { createRateLimiter } from "./limits/rate-limiter.ts";
import { type FaultySimulator, startFaultySimulator } from "./testing/simulated-faults.ts";

const SYMBOL = "BTCUSDT";
const never = new AbortController().signal;

/** The classification of each fault of the simulator, the same at every endpoint but for bad numbers. */
const CODES: Readonly<Record<string, ExchangeErrorCode | "by endpoint" | "good">> = {
  truncated: "exchange_bad_body",
  empty_body: "exchange_bad_body",
  null_body: "exchange_bad_body",
  empty_object: "exchange_bad_body",
  empty_array: "exchange_bad_body",
  result_null: "exchange_bad_body",
  list_missing: "by endpoint",
  bad_numbers: "by endpoint",
  html_200: "exchange_bad_body",
  stalled_body: "exchange_timeout",
  slow_headers: "exchange_timeout",
  reset: "exchange_unreachable",
  reset_mid_body: "exchange_unreachable",
  bad_gzip: "exchange_bad_body",
  redirect: "exchange_unreachable",
  http_400: "exchange_bad_request",
  http_401: "exchange_bad_request",
  http_404: "exchange_bad_request",
  http_418: "exchange_rate_limited",
  http_429: "exchange_rate_limited",
  http_500: "exchange_unavailable",
  http_502: "exchange_unavailable",
  http_503: "exchange_unavailable",
  http_504: "exchange_timeout",
  http_505: "exchange_unavailable",
  http_520: "exchange_unavailable",
  http_524: "exchange_unavailable",
  code_10000: "exchange_timeout",
  code_10001: "unknown_symbol",
  code_10001_symbols: "unknown_symbol",
  code_10006: "exchange_rate_limited",
  code_10009: "exchange_geo_blocked",
  code_10016_timeout: "exchange_timeout",
  code_10016_server: "exchange_unavailable",
  code_10429: "exchange_rate_limited",
  code_unknown: "exchange_unavailable",
  rate_ban_403: "exchange_banned",
  rate_403_json: "exchange_banned",
  geo_block_json: "exchange_geo_blocked",
  geo_block_html: "exchange_geo_blocked",
  // Each is a right answer by itself, and is judged beside the others: collectors/market-time.test.ts.
  lagging: "good",
  gone_back: "good",
  frozen: "good",
  wrong_time: "good",
};

/** How a code acts: requests sent until the call fails, later calls that fail without a request, and `retryable`. */
const EFFECTS: Readonly<Record<ExchangeErrorCode, readonly [sent: number, paused: string, retryable: boolean]>> = {
  exchange_unreachable: [3, "nothing", true],
  exchange_timeout: [3, "nothing", true],
  exchange_unavailable: [3, "nothing", true],
  exchange_bad_body: [3, "nothing", true],
  exchange_bad_request: [1, "nothing", false],
  unknown_symbol: [1, "nothing", false],
  exchange_rate_limited: [1, "the endpoint", true],
  exchange_banned: [1, "everything", true],
  exchange_geo_blocked: [1, "everything", false],
  // No faults of single answers; collectors/market-time.test.ts.
  exchange_frozen: [1, "nothing", true],
  exchange_lagging: [3, "nothing", true],
  exchange_wrong_time: [3, "nothing", true],
  // No fault, but an address; bybit/client.test.ts.
  exchange_is_simulator: [1, "nothing", false],
};

interface EndpointKind {
  readonly request: (api: ExchangeApi, closedByMs: number) => ExchangeRequest<unknown>;
  /** With unreadable numbers in every other row. */
  readonly badNumbers: "good" | "bad rows" | "exchange_bad_body";
  /** With {} as the result. */
  readonly listMissing: "good" | "exchange_bad_body";
}

const ROWS = { badNumbers: "bad rows", listMissing: "exchange_bad_body" } as const;
const INSTRUMENT: Instrument = { symbol: SYMBOL, baseCoin: "BTC", fundingIntervalHours: 8 };
const KINDS: Readonly<Record<string, EndpointKind>> = {
  // Only the time of the envelope is read.
  "/v5/market/time": { request: (api) => api.time(), badNumbers: "good", listMissing: "good" },
  "/v5/market/instruments-info": { request: (api) => api.instruments(null), ...ROWS },
  "/v5/market/tickers": {
    request: (api) => api.tickers(new Map([...instruments, [SYMBOL, INSTRUMENT]])),
    ...ROWS,
  },
  "/v5/market/kline": { request: (api, nowMs) => api.candles(SYMBOL, "1m", 10, nowMs), ...ROWS },
  // Nothing tells which levels of a damaged book are right.
  "/v5/market/orderbook": {
    request: (api) => api.book(SYMBOL),
    badNumbers: "exchange_bad_body",
    listMissing: "exchange_bad_body",
  },
  "/v5/market/recent-trade": { request: (api) => api.trades(SYMBOL), ...ROWS },
  "/v5/market/open-interest": { request: (api) => api.openInterest(SYMBOL, 10), ...ROWS },
  "/v5/market/account-ratio": { request: (api) => api.longAccountShare(SYMBOL, 10), ...ROWS },
  "/v5/market/funding/history": { request: (api) => api.fundingRates(SYMBOL, 10), ...ROWS },
};

let simulator: FaultySimulator;
let api: ExchangeApi;
let instruments: ReadonlyMap<string, Instrument>;
beforeAll(async () => {
  simulator = await startFaultySimulator();
  api = createBybitApi(createBybitClient({ baseUrl: simulator.url, simulated: true, durations: EXCHANGE_DURATIONS }));
  const page = await api.instruments(null).send(never);
  instruments = new Map(page.instruments.map((instrument) => [instrument.symbol, instrument]));
});
afterAll(async () => {
  await api.close();
  await simulator[Symbol.asyncDispose]();
});

/** A caller that knows of no fault yet. */
function openCaller() {
  const { clock } = simulator;
  const durations = EXCHANGE_DURATIONS;
  const circuitBreaker = createCircuitBreaker({
    clock,
    log: { info: () => undefined, warn: () => undefined },
    durations,
  });
  const rateLimiter = createRateLimiter({ limit: 600, concurrency: 24, durations, clock });
  const caller = createExchangeCaller({ rateLimiter, circuitBreaker, durations, clock, random: () => 0.5 });
  const outcomeOf = (request: ExchangeRequest<unknown>) =>
    simulator.settle(caller.call(request, "symbol", never)).then(
      (value) => ({ value, error: null }),
      (error: unknown) => ({ value: null, error }),
    );
  return { circuitBreaker, outcomeOf };
}

function rowErrorsOf(page: unknown): number {
  return typeof page === "object" && page !== null && "errors" in page ? (page.errors as RowErrors).count() : 0;
}

function expectedOf(fault: string, { badNumbers, listMissing }: EndpointKind): ExchangeErrorCode | "good" | "bad rows" {
  if (fault === "bad_numbers") {
    return badNumbers;
  }
  if (fault === "list_missing") {
    return listMissing;
  }
  const code = CODES[fault];
  if (code === undefined || code === "by endpoint") {
    throw new Error(`no code for ${fault}`);
  }
  return code;
}

test("every fault of the simulator is classified here", () => {
  expect(Object.keys(CODES).toSorted()).toEqual(FAULT_NAMES.toSorted());
});

describe.each(Object.entries(KINDS))("%s", (endpoint, kind) => {
  test.each(FAULT_NAMES)("%s", async (fault) => {
    const { circuitBreaker, outcomeOf } = openCaller();
    const request = kind.request(api, simulator.clock.nowMs());
    expect(request.endpoint).toBe(endpoint);
    const expected = expectedOf(fault, kind);
    const before = simulator.met(fault);
    simulator.setFault(endpoint, fault);
    const { value, error } = await outcomeOf(request);
    simulator.clearFaults();
    const sent = simulator.met(fault) - before;

    if (expected === "good" || expected === "bad rows") {
      expect(error).toBeNull();
      expect(rowErrorsOf(value) > 0).toBe(expected === "bad rows");
      expect(sent).toBe(1);
      return;
    }
    const [sentExpected, paused, retryable] = EFFECTS[expected];
    expect(error).toBeInstanceOf(ExchangeError);
    expect(error).toMatchObject({ code: expected, endpoint, retryable, hint: expect.any(String) });
    expect(String(error)).toContain(endpoint);
    expect(sent).toBe(sentExpected);
    expect(circuitBreaker.openError(endpoint) !== null).toBe(paused !== "nothing");
    expect(circuitBreaker.openError("/another") !== null).toBe(paused === "everything");

    await simulator.goOn(EXCHANGE_DURATIONS.banPauseMs);
    expect((await outcomeOf(request)).error).toBeNull();
    expect(circuitBreaker.openError(endpoint)).toBeNull();
  });
});
