import { setMaxListeners } from "node:events";
import { type Clock, withTimeout } from "@pulseboard/runtime";
import type { ExchangeApi } from "../gateway/exchange-api.ts";
import type { ExchangeGateway } from "../gateway/exchange-gateway.ts";
import {
  type CircuitBreakerDurations,
  createCircuitBreaker,
  type ExchangePause,
  type GatewayLog,
} from "../limits/circuit-breaker.ts";
import {
  type CallDurations,
  createExchangeCaller,
  type ExchangeCallerOptions,
  type OnRequestEnd,
} from "../limits/exchange-caller.ts";
import { createRateLimiter, type RateLimiterDurations } from "../limits/rate-limiter.ts";
import { createMarketCollector, type InstrumentDurations } from "./market-collector.ts";
import { createMarketTime, type MarketTimeDurations } from "./market-time.ts";
import { createSymbolCollector, type SymbolCollector, type SymbolDurations } from "./symbol-collector.ts";
import { createSymbolSource } from "./symbol-source.ts";

/**
 * Uses up a half share of Bybit's limit (60 requests a second) at up to 400 ms per answer. More would only queue up at a
 * slow server, and time out there together.
 */
const CONCURRENCY = 24;

export interface CollectingGatewayOptions {
  readonly api: ExchangeApi;
  /** The most requests that we send in any window of the limit. */
  readonly requestLimit: number;
  /** Whether answers come from the simulator, whose market can begin again. */
  readonly simulated: boolean;
  /** The period of refreshes, and so of ticker, book and trades. */
  readonly refreshPeriodMs: number;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly log: GatewayLog;
  readonly onRequest?: ExchangeCallerOptions["onRequest"];
  readonly onRequestEnd?: OnRequestEnd | undefined;
  /** Called with all pauses of the moment when one begins, grows or ends. */
  readonly onPauses?: ((pauses: readonly ExchangePause[]) => void) | undefined;
  /** Of an earlier process; they go on. */
  readonly pauses?: readonly ExchangePause[] | undefined;
  /** No request is sent for so long: an earlier process may have used up the budget of the window. */
  readonly notBeforeMs?: number | undefined;
  readonly durations: CallDurations &
    RateLimiterDurations &
    CircuitBreakerDurations &
    InstrumentDurations &
    MarketTimeDurations &
    SymbolDurations;
}

/** Creates the gateway over the requests of any one exchange. */
export function createCollectingGateway(options: CollectingGatewayOptions): ExchangeGateway {
  const {
    api,
    requestLimit: limit,
    simulated,
    refreshPeriodMs,
    clock,
    random,
    log,
    onRequest,
    onRequestEnd,
    onPauses,
    pauses = [],
    notBeforeMs = 0,
    durations,
  } = options;
  const rateLimiter = createRateLimiter({ limit, concurrency: CONCURRENCY, durations, clock });
  rateLimiter.hold(notBeforeMs);
  const circuitBreaker = createCircuitBreaker({ clock, log, durations, onPauses });
  circuitBreaker.resume(pauses);
  const told = { onRequest, onRequestEnd };
  const caller = createExchangeCaller({ rateLimiter, circuitBreaker, durations, clock, random, ...told });
  const symbols = new Map<string, SymbolCollector>();
  const onNewMarket = () => symbols.clear();
  const marketTime = createMarketTime({ simulated, refreshPeriodMs, clock, durations, onNewMarket });
  const market = createMarketCollector({ api, caller, marketTime, clock, durations });

  return {
    collectMarket: market.collect,
    marketTimeMs: market.timeMs,
    collectSymbol: (ticker, asOfMs, signal) => {
      // One signal ends a whole refresh, so hundreds of requests listen to it; Node would call that a leak.
      setMaxListeners(0, signal);
      const source = createSymbolSource(ticker.symbol, api, caller, marketTime);
      const collector = symbols.get(ticker.symbol) ?? createSymbolCollector(source, { refreshPeriodMs, durations });
      symbols.set(ticker.symbol, collector);
      return collector.collect(ticker, asOfMs, signal);
    },
    continueFrom: marketTime.continueFrom,
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
      await withTimeout(() => api.close(), { clock, ms: durations.requestTimeoutMs, onTimeout: () => undefined });
    },
  };
}
