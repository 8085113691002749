import { FAULT_NAMES } from "@pulseboard/simulator";
import { describe } from "vitest";
import { describeFaultsAt, MARKET_ENDPOINTS } from "./testing/fault-suite.ts";
import { startSimulatedMarket } from "./testing/faulty-market.ts";
import { simulatedFailure } from "./testing/simulated-failures.ts";

const EXCHANGE_ONLY = /^(code_|rate_403_json)/;
/** Right answers of another time, which only the exchange's other answers give away: refresh-other-times.test.ts. */
const OTHER_TIMES = /^(lagging|gone_back|frozen|wrong_time)$/;

describe("every fault at every endpoint, through the real gateways", () => {
  for (const endpoint of MARKET_ENDPOINTS) {
    const faults = FAULT_NAMES.filter((fault) => !OTHER_TIMES.test(fault)).filter(
      (fault) => endpoint.startsWith("/v5/") || !EXCHANGE_ONLY.test(fault),
    );
    describeFaultsAt(endpoint, faults.map(simulatedFailure), startSimulatedMarket);
  }
});
