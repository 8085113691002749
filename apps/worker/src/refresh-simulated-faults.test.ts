import { describe } from "vitest";
import { describeFaultsAt } from "./testing/fault-suite.ts";
import { type MarketEndpoint, startSimulatedMarket } from "./testing/faulty-market.ts";
import { simulatedFailure } from "./testing/simulated-failures.ts";

/** One fault of each family, where it hurts. */
const CASES: readonly (readonly [endpoint: MarketEndpoint, ...faults: readonly string[]])[] = [
  ["/v5/market/tickers", "http_503", "slow_headers", "rate_ban_403"],
  ["/v5/market/kline", "truncated", "bad_numbers"],
  ["/v5/market/orderbook", "code_10006", "reset_mid_body"],
  ["/api/v3/global", "stalled_body"],
];

describe("real faults through the real gateways", () => {
  for (const [endpoint, ...faults] of CASES) {
    describeFaultsAt(endpoint, faults.map(simulatedFailure), startSimulatedMarket);
  }
});
