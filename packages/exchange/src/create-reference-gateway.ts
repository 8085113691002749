import type { Clock } from "@pulseboard/runtime";
import type { ReferenceGateway } from "./exchange-gateway.ts";
import { SourcedFigure } from "./reference/source-poller.ts";
import { ALTERNATIVE_ME, COINGECKO, COINPAPRIKA } from "./reference/sources.ts";

const GLOBAL_MARKET_PERIOD_MS = 300_000;
const FEAR_GREED_PERIOD_MS = 3_600_000;

export interface ReferenceGatewayOptions {
  /** One address that stands in for all services; the paths stay. Null for the services themselves. */
  readonly baseUrl: string | null;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of what is asked again. */
  readonly random: () => number;
}

/**
 * Market capitalisation and dominance (CoinGecko, else CoinPaprika) and the fear and greed index (alternative.me).
 * Call it with every refresh: it asks the services only when it is time.
 */
export function createReferenceGateway(options: ReferenceGatewayOptions): ReferenceGateway {
  const globalMarket = new SourcedFigure([COINGECKO, COINPAPRIKA], GLOBAL_MARKET_PERIOD_MS, options);
  const fearGreed = new SourcedFigure([ALTERNATIVE_ME], FEAR_GREED_PERIOD_MS, options);
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
        return { globalMarket: globalMarket.known, fearGreed: fearGreed.known, problems: problems.flat() };
      } finally {
        signal.removeEventListener("abort", end);
        closing.signal.removeEventListener("abort", end);
      }
    },
    close: async () => closing.abort(new Error("the reference gateway is closed")),
  };
}
