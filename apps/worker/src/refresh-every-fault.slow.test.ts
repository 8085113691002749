import { FAULT_NAMES } from "@pulseboard/simulator";
import { describe } from "vitest";
import { describeFaultsAt, MARKET_ENDPOINTS } from "./testing/fault-suite.ts";
import { startSimulatedMarket } from "./testing/faulty-market.ts";
import { simulatedFailure } from "./testing/simulated-failures.ts";

const EXCHANGE_ONLY = /^(code_|rate_403_json)/;

describe("every fault at every endpoint, through the real gateways", () => {
  for (const endpoint of MARKET_ENDPOINTS) {
    const faults = FAULT_NAMES.filter((fault) => endpoint.startsWith("/v5/") || !EXCHANGE_ONLY.test(fault));
    describeFaultsAt(endpoint, faults.map(simulatedFailure), startSimulatedMarket);
  }
});
