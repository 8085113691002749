import type { Clock } from "@pulseboard/runtime";
import { EXCHANGE_DURATIONS } from "../durations.ts";
import { type CollectionProblem, toProblem } from "../errors/collection-problem.ts";
import { ReferenceDataError, type ReferenceErrorCode } from "../errors/reference-error.ts";
import type { FearGreed, GlobalMarket, ReferenceGateway, WithProvenance } from "../gateway/reference-gateway.ts";

export type FakeReferenceEndpoint = "/api/v3/global" | "/v1/global" | "/fng/";

/** Reference data in memory whose services fail on demand. It passes reference-gateway-conformance.ts. */
export interface FakeReferenceGateway extends ReferenceGateway {
  fail(endpoint: FakeReferenceEndpoint, code: ReferenceErrorCode): void;
  heal(): void;
}

const GLOBAL_MARKET: GlobalMarket = {
  totalMarketCapUsd: 3.1e12,
  marketCapChange24hPercent: -1.2,
  btcDominancePercent: 58.3,
  ethDominancePercent: 11.9,
  usdtDominancePercent: 5.1,
  usdcDominancePercent: 2.2,
};
/** CoinPaprika gives no other dominance. */
const OF_COINPAPRIKA: GlobalMarket = {
  ...GLOBAL_MARKET,
  ethDominancePercent: null,
  usdtDominancePercent: null,
  usdcDominancePercent: null,
};

export function createFakeReferenceGateway(clock: Clock): FakeReferenceGateway {
  const { globalMarketPeriodMs, fearGreedPeriodMs, referenceLeastWaitMs, referenceFallbackAfterMs } =
    EXCHANGE_DURATIONS;
  const failures = new Map<FakeReferenceEndpoint, ReferenceErrorCode>();
  const askAgainAtMs = new Map<FakeReferenceEndpoint, number>();
  let globalMarket: WithProvenance<GlobalMarket> | null = null;
  let fearGreed: WithProvenance<FearGreed> | null = null;
  let coingeckoAtMs = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  /** True for an answer; false for a service that is not due, or that fails, which is a problem. */
  const ask = (endpoint: FakeReferenceEndpoint, periodMs: number, problems: CollectionProblem[]): boolean => {
    if (clock.monotonicMs() < (askAgainAtMs.get(endpoint) ?? 0)) {
      return false;
    }
    const code = failures.get(endpoint);
    askAgainAtMs.set(endpoint, clock.monotonicMs() + (code === undefined ? periodMs : referenceLeastWaitMs));
    if (code !== undefined) {
      problems.push(toProblem(new ReferenceDataError(code, endpoint, `service${endpoint}: failed on demand.`), null));
    }
    return code === undefined;
  };

  return {
    collectReference: async (signal) => {
      signal.throwIfAborted();
      if (isClosed) {
        throw new Error("the reference gateway is closed");
      }
      const problems: CollectionProblem[] = [];
      const nowMs = clock.nowMs();
      const isDue = globalMarket === null || nowMs - globalMarket.asOfMs >= globalMarketPeriodMs;
      if (isDue && ask("/api/v3/global", globalMarketPeriodMs, problems)) {
        globalMarket = { value: GLOBAL_MARKET, source: "coingecko", asOfMs: nowMs };
        coingeckoAtMs = clock.monotonicMs();
      } else if (
        isDue &&
        clock.monotonicMs() - coingeckoAtMs >= referenceFallbackAfterMs &&
        ask("/v1/global", globalMarketPeriodMs, problems)
      ) {
        globalMarket = { value: OF_COINPAPRIKA, source: "coinpaprika", asOfMs: nowMs };
      }
      if (ask("/fng/", fearGreedPeriodMs, problems)) {
        fearGreed = { value: { value: 41, label: "Fear" }, source: "alternative.me", asOfMs: nowMs };
      }
      return { globalMarket, fearGreed, problems };
    },
    close: async () => {
      isClosed = true;
    },
    fail: (endpoint, code) => void failures.set(endpoint, code),
    heal: () => failures.clear(),
  };
}
