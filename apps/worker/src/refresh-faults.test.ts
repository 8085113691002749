import { FAILURE_CODES } from "@pulseboard/exchange/testing/exchange-gateway-conformance";
import { REFERENCE_CODES } from "@pulseboard/exchange/testing/reference-gateway-conformance";
import { describe } from "vitest";
import { describeFaultsAt, type Failure, MARKET_ENDPOINTS } from "./testing/fault-suite.ts";
import { createFakeMarket, type FailureCode, type MarketEndpoint } from "./testing/faulty-market.ts";

const failure = (code: FailureCode): Failure => ({
  name: code,
  code,
  pausesAll: code === "exchange_banned" || code === "exchange_geo_blocked",
  hasBadRows: code === "bad_rows",
});

function failuresAt(endpoint: MarketEndpoint): readonly Failure[] {
  if (!endpoint.startsWith("/v5/")) {
    return REFERENCE_CODES.map(failure);
  }
  // A damaged row spoils a whole book.
  return endpoint === "/v5/market/orderbook"
    ? FAILURE_CODES.map(failure)
    : [...FAILURE_CODES, "bad_rows" as const].map(failure);
}

describe("each error code at each endpoint", () => {
  for (const endpoint of MARKET_ENDPOINTS) {
    describeFaultsAt(endpoint, failuresAt(endpoint), async () => createFakeMarket());
  }
});
