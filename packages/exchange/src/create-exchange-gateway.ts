import { createBybitApi } from "./bybit/bybit-api.ts";
import { createBybitClient } from "./bybit/client.ts";
import { type CollectingGatewayOptions, createCollectingGateway } from "./collectors/collecting-gateway.ts";
import type { ExchangeDurations } from "./durations.ts";
import type { ExchangeGateway } from "./gateway/exchange-gateway.ts";

/** Bybit's limit per address, over all its hosts: this many requests in any window of 5 s. */
const BYBIT_LIMIT = 600;

export interface ExchangeGatewayOptions extends Omit<CollectingGatewayOptions, "api" | "requestLimit" | "durations"> {
  /** Another address ("http://127.0.0.1:9900") in place of the exchange's own. */
  readonly baseUrl: string | null;
  /** True if that is the simulator's address; its answers are rejected otherwise. */
  readonly simulated: boolean;
  /** Share of the exchange's request limit that we may use, above 0 and at most 1. */
  readonly budgetShare: number;
  readonly durations: ExchangeDurations;
}

/**
 * Creates the gateway to Bybit's linear perpetuals. It sends nothing before the first collection.
 *
 * @example
 * const gateway = createExchangeGateway({
 *   baseUrl: null, simulated: false, budgetShare: 0.5, refreshPeriodMs: 30_000, clock: systemClock, random: Math.random,
 *   log, durations: EXCHANGE_DURATIONS,
 * });
 * const market = await gateway.collectMarket(signal);
 * @throws RangeError for a share outside 0..1
 */
export function createExchangeGateway(options: ExchangeGatewayOptions): ExchangeGateway {
  const { baseUrl, simulated, budgetShare, durations } = options;
  if (!(budgetShare > 0 && budgetShare <= 1)) {
    throw new RangeError(`budgetShare is ${budgetShare}, but must be above 0 and at most 1`);
  }
  const api = createBybitApi(createBybitClient({ baseUrl, simulated, durations }));
  return createCollectingGateway({ ...options, api, requestLimit: requestLimitOf(budgetShare) });
}

/** The most requests that a share of Bybit's limit allows in any window of `limitWindowMs`. */
export function requestLimitOf(budgetShare: number): number {
  return Math.max(1, Math.floor(budgetShare * BYBIT_LIMIT));
}
