import { setMaxListeners } from "node:events";
import type { Ticker } from "@pulseboard/engine";
import type { Clock } from "@pulseboard/runtime";
import { MarketCollector } from "./collect/market-collector.ts";
import { SymbolCollector } from "./collect/symbol-collector.ts";
import { createSymbolSource } from "./collect/symbol-source.ts";
import type { ExchangeGateway, SymbolCollection } from "./exchange-gateway.ts";
import { createBybitClient } from "./transport/bybit-client.ts";
import { type CallTiming, ExchangeCaller, type OnRequestEnd } from "./transport/exchange-caller.ts";
import { type GatewayLog, PauseBoard, type PauseDurations } from "./transport/pause-board.ts";
import { RequestBudget } from "./transport/request-budget.ts";

/** The exchange's limit per address, over all its hosts: this many requests in any window of this length. */
const EXCHANGE_LIMIT = 600;
const EXCHANGE_WINDOW_MS = 5000;
/**
 * Spends a half share (60 requests a second) at up to 400 ms per answer. More would only queue up at a slow server, and
 * time out there together.
 */
const CONCURRENCY = 24;
/** Market time does not go back further than this unless a replay starts again. */
const BACKWARDS_TOLERANCE_MS = 5000;

const DEFAULT_TIMING: GatewayTiming = {
  requestTimeoutMs: 10_000,
  callDeadlineMs: 25_000,
  backoffMs: 250,
  rateLimitHoldMs: 2000,
  banPauseMs: 600_000,
  geoBlockProbeMs: 600_000,
  rateLimitPauseMs: 5000,
  outagePauseMs: 15_000,
};

export type GatewayTiming = CallTiming & PauseDurations;

export interface ExchangeGatewayOptions {
  /** Another address ("http://127.0.0.1:9900") in place of the exchange's own. */
  readonly baseUrl: string | null;
  /** Whether that is the simulator; its answers are refused otherwise. */
  readonly simulated: boolean;
  /** Share of the exchange's request limit that we may use, above 0 and at most 1. */
  readonly budgetShare: number;
  /** How often a refresh happens: the period of ticker, book and trades. */
  readonly refreshPeriodMs: number;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly log: GatewayLog;
  readonly onRequestEnd?: OnRequestEnd;
  /** Other durations than the usual ones, for a test or a simulator with shorter bans. */
  readonly timing?: Partial<GatewayTiming>;
}

/**
 * The exchange (Bybit, linear perpetuals) within its limits. Nothing is asked before the first collection.
 *
 * @example
 * const gateway = createExchangeGateway({
 *   baseUrl: null, simulated: false, budgetShare: 0.5, refreshPeriodMs: 30_000, clock: systemClock, random: Math.random, log,
 * });
 * const market = await gateway.collectMarket(signal);
 * @throws RangeError for a share outside 0..1.
 */
export function createExchangeGateway(options: ExchangeGatewayOptions): ExchangeGateway {
  const { baseUrl, simulated, budgetShare, refreshPeriodMs, clock, random, log, onRequestEnd } = options;
  if (!(budgetShare > 0 && budgetShare <= 1)) {
    throw new RangeError(`budgetShare is ${budgetShare}, not above 0 and at most 1`);
  }
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const limit = Math.max(1, Math.floor(budgetShare * EXCHANGE_LIMIT));
  const budget = new RequestBudget({ limit, windowMs: EXCHANGE_WINDOW_MS, concurrency: CONCURRENCY, clock });
  const client = createBybitClient(baseUrl, simulated);
  const pauses = new PauseBoard(clock, log, timing);
  const caller = new ExchangeCaller({ client, budget, pauses, clock, random, timing, onRequestEnd });
  const market = new MarketCollector(caller, clock);
  const symbols = new Map<string, KeptSymbol>();

  const collectSymbol = (ticker: Ticker, asOfMs: number, signal: AbortSignal): Promise<SymbolCollection> => {
    // One signal ends a whole refresh, so hundreds of requests listen to it; Node would call that a leak.
    setMaxListeners(0, signal);
    const known = symbols.get(ticker.symbol);
    const isReplayedAgain = known !== undefined && asOfMs < known.asOfMs - BACKWARDS_TOLERANCE_MS;
    const collector =
      known === undefined || isReplayedAgain
        ? new SymbolCollector(createSymbolSource(ticker.symbol, caller), refreshPeriodMs)
        : known.collector;
    symbols.set(ticker.symbol, { collector, asOfMs });
    return collector.collect(ticker, asOfMs, signal);
  };

  return {
    collectMarket: (signal) => market.collect(signal),
    marketTimeMs: (signal) => market.timeMs(signal),
    collectSymbol,
    budget: () => ({ used: budget.used(), limit }),
    retainOnly: (keep) => {
      for (const symbol of symbols.keys()) {
        if (!keep.has(symbol)) {
          symbols.delete(symbol);
        }
      }
    },
    close: async () => {
      budget.close(new Error("the exchange gateway is closed"));
      symbols.clear();
      await client.close();
    },
  };
}

interface KeptSymbol {
  readonly collector: SymbolCollector;
  readonly asOfMs: number;
}
