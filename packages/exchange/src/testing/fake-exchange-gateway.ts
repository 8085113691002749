import { setImmediate as nextTurn } from "node:timers/promises";
import type { Input, SymbolInputs, Ticker } from "@pulseboard/engine";
import type { Clock } from "@pulseboard/runtime";
import { EXCHANGE_DURATIONS } from "../durations.ts";
import { type CollectionProblem, toProblem } from "../errors/collection-problem.ts";
import { ExchangeError, type ExchangeErrorCode } from "../errors/exchange-error.ts";
import type { ExchangeGateway } from "../gateway/exchange-gateway.ts";
import type { GatewayLog } from "../limits/circuit-breaker.ts";
import {
  bookAt,
  candlesAt,
  type GeneratedSymbol,
  generateSymbols,
  seriesAt,
  tickerAt,
  tradesAt,
} from "./fake-market.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SECOND_MS = 1000;

/** The endpoints of one symbol, with the time until the same request is due again. */
const SYMBOL_PERIODS_MS = {
  "/v5/market/kline": MINUTE_MS,
  "/v5/market/orderbook": SECOND_MS,
  "/v5/market/recent-trade": SECOND_MS,
  "/v5/market/open-interest": 5 * MINUTE_MS,
  "/v5/market/account-ratio": HOUR_MS,
  "/v5/market/funding/history": 8 * HOUR_MS,
} as const;

export type SymbolEndpoint = keyof typeof SYMBOL_PERIODS_MS;
export type FakeEndpoint = SymbolEndpoint | "/v5/market/time" | "/v5/market/instruments-info" | "/v5/market/tickers";

export const SYMBOL_ENDPOINTS = Object.keys(SYMBOL_PERIODS_MS) as readonly SymbolEndpoint[];

/** "bad_rows": the request succeeds, with a problem. */
export type FakeFailure = ExchangeErrorCode | "bad_rows";

/** An exchange in memory whose endpoints fail on demand. It passes exchange-gateway-conformance.ts. */
export interface FakeExchangeGateway extends ExchangeGateway {
  /** From now on each request of `endpoint` fails like this. */
  fail(endpoint: FakeEndpoint, failure: FakeFailure): void;
  /** Ends all failures, but not the pauses that follow from them. */
  heal(): void;
}

export interface FakeExchangeGatewayOptions {
  /** Market time is its wall time. */
  readonly clock: Clock;
  readonly symbolCount: number;
  /** Gets the line about a pause of all calls, as from the real gateway. */
  readonly log?: GatewayLog;
}

type InputsOf = Partial<Omit<SymbolInputs, "symbol" | "nowMs" | "ticker" | "liquidations">>;

interface KnownSymbol {
  inputs: InputsOf;
  readonly askedAtMs: Map<SymbolEndpoint, number>;
}

export function createFakeExchangeGateway({
  clock,
  symbolCount,
  log,
}: FakeExchangeGatewayOptions): FakeExchangeGateway {
  const generated = generateSymbols(symbolCount);
  const failures = new Map<FakeEndpoint, FakeFailure>();
  /** By endpoint, or "*" for all. */
  const pauses = new Map<string, { readonly error: ExchangeError; readonly untilMs: number }>();
  const known = new Map<string, KnownSymbol>();
  let loggedUntilMs = Number.NEGATIVE_INFINITY;
  let renewInstrumentsAtMs: number | null = null;
  let isClosed = false;
  let publishedMs = 0;

  const pauseAfter = (error: ExchangeError): void => {
    const isForAll = error.code === "exchange_banned" || error.code === "exchange_geo_blocked";
    if (!isForAll && error.code !== "exchange_rate_limited") {
      return;
    }
    const { banPauseMs, rateLimitPauseMs } = EXCHANGE_DURATIONS;
    const untilMs = clock.monotonicMs() + (isForAll ? banPauseMs : rateLimitPauseMs);
    if (isForAll && loggedUntilMs <= clock.monotonicMs()) {
      loggedUntilMs = untilMs;
      log?.warn({ code: error.code }, `exchange: all calls paused: ${error.message}`);
    }
    // Requests of the same turn are in flight together: the pause begins after them.
    queueMicrotask(() => pauses.set(isForAll ? "*" : error.endpoint, { error, untilMs }));
  };

  /** The problems of one request that succeeds; throws an ExchangeError for one that fails. */
  const ask = (endpoint: FakeEndpoint, symbol: string | null, signal: AbortSignal): readonly CollectionProblem[] => {
    signal.throwIfAborted();
    if (isClosed) {
      throw new Error("the exchange gateway is closed");
    }
    for (const pause of [pauses.get("*"), pauses.get(endpoint)]) {
      if (pause !== undefined && clock.monotonicMs() < pause.untilMs) {
        const { code, message } = pause.error;
        throw new ExchangeError({ code, endpoint, message: `${endpoint} is not asked for a while: ${message}` });
      }
    }
    const failure = failures.get(endpoint);
    if (failure === undefined) {
      return [];
    }
    if (failure === "bad_rows") {
      return [
        { endpoint, code: "bad_rows", message: `${endpoint}: 3 unusable rows were left out.`, hint: null, symbol },
      ];
    }
    const message = `The exchange failed ${endpoint} on demand.`;
    const error = new ExchangeError({ code: failure, endpoint, message });
    pauseAfter(error);
    throw error;
  };

  const askTime = (endpoint: FakeEndpoint): number => {
    const timeMs = clock.nowMs();
    if (timeMs < publishedMs) {
      throw new ExchangeError({ code: "exchange_lagging", endpoint, message: "The exchange is behind." });
    }
    if (timeMs === publishedMs) {
      throw new ExchangeError({ code: "exchange_frozen", endpoint, message: "The exchange stands still." });
    }
    return timeMs;
  };

  const updateInstruments = (signal: AbortSignal): readonly CollectionProblem[] => {
    if (renewInstrumentsAtMs !== null && clock.monotonicMs() < renewInstrumentsAtMs) {
      return [];
    }
    try {
      const problems = ask("/v5/market/instruments-info", null, signal);
      renewInstrumentsAtMs = clock.monotonicMs() + EXCHANGE_DURATIONS.instrumentsPeriodMs;
      return problems;
    } catch (error) {
      if (renewInstrumentsAtMs === null || !(error instanceof ExchangeError)) {
        throw error;
      }
      renewInstrumentsAtMs = clock.monotonicMs() + EXCHANGE_DURATIONS.instrumentsRetryMs;
      return [toProblem(error, null)];
    }
  };

  const updateSymbol = (
    symbol: GeneratedSymbol,
    state: KnownSymbol,
    asOfMs: number,
    signal: AbortSignal,
  ): readonly CollectionProblem[] =>
    SYMBOL_ENDPOINTS.flatMap((endpoint) => {
      const askedAtMs = state.askedAtMs.get(endpoint);
      const period = SYMBOL_PERIODS_MS[endpoint];
      if (askedAtMs !== undefined && Math.floor(asOfMs / period) === Math.floor(askedAtMs / period)) {
        return [];
      }
      try {
        const problems = ask(endpoint, symbol.symbol, signal);
        state.inputs = { ...state.inputs, ...answerOf(endpoint, symbol, asOfMs) };
        state.askedAtMs.set(endpoint, asOfMs);
        return problems;
      } catch (error) {
        if (!(error instanceof ExchangeError)) {
          throw error;
        }
        return [toProblem(error, symbol.symbol)];
      }
    });

  return {
    collectMarket: async (signal) => {
      const problems = updateInstruments(signal);
      await nextTurn();
      const tickerProblems = ask("/v5/market/tickers", null, signal);
      const asOfMs = askTime("/v5/market/tickers");
      const tickers = generated.map((each) => tickerAt(each, asOfMs));
      return { asOfMs, tickers, expected: tickers.length, problems: [...problems, ...tickerProblems] };
    },
    marketTimeMs: async (signal) => {
      ask("/v5/market/time", null, signal);
      return askTime("/v5/market/time");
    },
    continueFrom: (timeMs) => {
      publishedMs = timeMs;
    },
    collectSymbol: async (ticker, asOfMs, signal) => {
      signal.throwIfAborted();
      const symbol = generated.find((each) => each.symbol === ticker.symbol);
      if (symbol === undefined) {
        throw new Error(`the fake exchange has no ${ticker.symbol}`);
      }
      const state = known.get(ticker.symbol) ?? { inputs: {}, askedAtMs: new Map() };
      known.set(ticker.symbol, state);
      const problems = updateSymbol(symbol, state, asOfMs, signal);
      return { inputs: completeInputs(ticker, asOfMs, state.inputs), problems };
    },
    budget: () => ({ used: 0, limit: 300 }),
    retainOnly: (keep) => {
      for (const symbol of known.keys()) {
        if (!keep.has(symbol)) {
          known.delete(symbol);
        }
      }
    },
    close: async () => {
      isClosed = true;
    },
    fail: (endpoint, failure) => void failures.set(endpoint, failure),
    heal: () => failures.clear(),
  };
}

function answerOf(endpoint: SymbolEndpoint, symbol: GeneratedSymbol, nowMs: number): InputsOf {
  const { base } = symbol;
  switch (endpoint) {
    case "/v5/market/kline":
      return { candles: candlesAt(base, nowMs) };
    case "/v5/market/orderbook":
      return { book: bookAt(base, nowMs) };
    case "/v5/market/recent-trade":
      return { trades: tradesAt(base, nowMs) };
    case "/v5/market/open-interest":
      return { openInterestBase: seriesAt(base.openInterestBase, 5 * MINUTE_MS, nowMs) };
    case "/v5/market/account-ratio":
      return { longAccountShare: seriesAt(base.longAccountShare, HOUR_MS, nowMs) };
    case "/v5/market/funding/history":
      return { fundingRate8h: seriesAt(base.fundingRate8h, 8 * HOUR_MS, nowMs) };
  }
}

function completeInputs(ticker: Ticker, nowMs: number, known: InputsOf): SymbolInputs {
  const noCandles = {
    "1m": unknown(MINUTE_MS),
    "5m": unknown(5 * MINUTE_MS),
    "30m": unknown(30 * MINUTE_MS),
    "4h": unknown(4 * HOUR_MS),
  };
  return {
    symbol: ticker.symbol,
    nowMs,
    ticker: { known: true, value: ticker, asOfMs: nowMs, periodMs: 30_000 },
    candles: known.candles ?? noCandles,
    book: known.book ?? unknown(30_000),
    trades: known.trades ?? unknown(30_000),
    openInterestBase: known.openInterestBase ?? unknown(5 * MINUTE_MS),
    longAccountShare: known.longAccountShare ?? unknown(HOUR_MS),
    fundingRate8h: known.fundingRate8h ?? unknown(8 * HOUR_MS),
    liquidations: unknown(30_000),
  };
}

function unknown(periodMs: number): Input<never> {
  return { known: false, reason: "not_provided", periodMs };
}
