import { setMaxListeners } from "node:events";
import type { Clock } from "@pulseboard/runtime";
import type { ExchangeApi } from "../gateway/exchange-api.ts";
import type { ExchangeGateway } from "../gateway/exchange-gateway.ts";
import { type CircuitBreakerDurations, createCircuitBreaker, type GatewayLog } from "../limits/circuit-breaker.ts";
import { type CallDurations, createExchangeCaller, type OnRequestEnd } from "../limits/exchange-caller.ts";
import { createRateLimiter, type RateLimiterDurations } from "../limits/rate-limiter.ts";
import { createMarketCollector, type InstrumentDurations } from "./market-collector.ts";
import { createSymbolCollector, type SymbolCollector, type SymbolDurations } from "./symbol-collector.ts";
import { createSymbolSource } from "./symbol-source.ts";

/**
 * Uses up a half share of Bybit's limit (60 requests a second) at up to 400 ms per answer. More would only queue up at a
 * slow server, and time out there together.
 */
const CONCURRENCY = 24;
/** Market time that goes back by more than this means that a replay has started again. */
const BACKWARDS_TOLERANCE_MS = 5000;

export interface CollectingGatewayOptions {
  readonly api: ExchangeApi;
  /** The most requests that we send in any window of the limit. */
  readonly requestLimit: number;
  /** The period of refreshes, and so of ticker, book and trades. */
  readonly refreshPeriodMs: number;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly log: GatewayLog;
  readonly onRequestEnd?: OnRequestEnd | undefined;
  readonly durations: CallDurations &
    RateLimiterDurations &
    CircuitBreakerDurations &
    InstrumentDurations &
    SymbolDurations;
}

/** Creates the gateway over the requests of any one exchange. */
export function createCollectingGateway(options: CollectingGatewayOptions): ExchangeGateway {
  const { api, requestLimit: limit, refreshPeriodMs, clock, random, log, onRequestEnd, durations } = options;
  const rateLimiter = createRateLimiter({ limit, concurrency: CONCURRENCY, durations, clock });
  const circuitBreaker = createCircuitBreaker({ clock, log, durations });
  const caller = createExchangeCaller({ rateLimiter, circuitBreaker, durations, clock, random, onRequestEnd });
  const market = createMarketCollector({ api, caller, clock, durations });
  const symbols = new Map<string, { readonly collector: SymbolCollector; readonly asOfMs: number }>();

  return {
    collectMarket: market.collect,
    marketTimeMs: market.timeMs,
    collectSymbol: (ticker, asOfMs, signal) => {
      // One signal ends a whole refresh, so hundreds of requests listen to it; Node would call that a leak.
      setMaxListeners(0, signal);
      const known = symbols.get(ticker.symbol);
      const isReplayedAgain = known !== undefined && asOfMs < known.asOfMs - BACKWARDS_TOLERANCE_MS;
      const collector =
        known === undefined || isReplayedAgain
          ? createSymbolCollector(createSymbolSource(ticker.symbol, api, caller), { refreshPeriodMs, durations })
          : known.collector;
      symbols.set(ticker.symbol, { collector, asOfMs });
      return collector.collect(ticker, asOfMs, signal);
    },
    budget: () => ({ used: rateLimiter.used(), limit }),
    retainOnly: (keep) => {
      for (const symbol of symbols.keys()) {
        if (!keep.has(symbol)) {
          symbols.delete(symbol);
        }
      }
    },
    close: async () => {
      rateLimiter.close(new Error("the exchange gateway is closed"));
      symbols.clear();
      await api.close();
    },
  };
}
