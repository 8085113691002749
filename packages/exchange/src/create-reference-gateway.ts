import type { Clock } from "@pulseboard/runtime";
import type { ExchangeDurations } from "./durations.ts";
import type { ReferenceGateway } from "./gateway/reference-gateway.ts";
import { createCachedSource } from "./reference/cached-source.ts";
import { ALTERNATIVE_ME, COINGECKO, COINPAPRIKA } from "./reference/sources.ts";

export interface ReferenceGatewayOptions {
  /** One address that stands in for all services; the paths stay. Null for the services themselves. */
  readonly baseUrl: string | null;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of the wait after a failure. */
  readonly random: () => number;
  /** Called as a service is asked, with the path, and the function that it returns when it has answered or failed. */
  readonly onRequest?: ((endpoint: string) => () => void) | undefined;
  readonly durations: ExchangeDurations;
}

/**
 * Creates the gateway to market capitalisation and dominance (CoinGecko, or else CoinPaprika) and to the fear and greed
 * index (alternative.me).
 */
export function createReferenceGateway(options: ReferenceGatewayOptions): ReferenceGateway {
  const { globalMarketPeriodMs, fearGreedPeriodMs } = options.durations;
  const globalMarket = createCachedSource([COINGECKO, COINPAPRIKA], globalMarketPeriodMs, options);
  const fearGreed = createCachedSource([ALTERNATIVE_ME], fearGreedPeriodMs, options);
  const closing = new AbortController();
  return {
    collectReference: async (signal) => {
      const ending = new AbortController();
      const end = () => ending.abort(signal.reason ?? closing.signal.reason);
      if (signal.aborted || closing.signal.aborted) {
        end();
      }
      signal.addEventListener("abort", end);
      closing.signal.addEventListener("abort", end);
      try {
        const problems = await Promise.all([globalMarket.update(ending.signal), fearGreed.update(ending.signal)]);
        return { globalMarket: globalMarket.known(), fearGreed: fearGreed.known(), problems: problems.flat() };
      } finally {
        signal.removeEventListener("abort", end);
        closing.signal.removeEventListener("abort", end);
      }
    },
    close: async () => closing.abort(new Error("the reference gateway is closed")),
  };
}
