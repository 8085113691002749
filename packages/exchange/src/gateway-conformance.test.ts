import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { afterAll, beforeAll } from "vitest";
import { createExchangeGateway } from "./create-exchange-gateway.ts";
import { createReferenceGateway } from "./create-reference-gateway.ts";
import { EXCHANGE_DURATIONS } from "./durations.ts";
import type { ReferenceErrorCode } from "./errors/reference-error.ts";
import { describeExchangeGateway } from "./testing/exchange-gateway-conformance.ts";
import { createFakeExchangeGateway, type FakeFailure } from "./testing/fake-exchange-gateway.ts";
import { FAKE_MARKET_START_MS } from "./testing/fake-market.ts";
import { createFakeReferenceGateway } from "./testing/fake-reference-gateway.ts";
import { describeReferenceGateway } from "./testing/reference-gateway-conformance.ts";
import { type FaultySimulator, startFaultySimulator } from "./testing/simulated-faults.ts";

/** Codes that no fault of a single answer has: an address, and answers of the wrong time. */
type NoFault = "exchange_is_simulator" | "exchange_frozen" | "exchange_lagging" | "exchange_wrong_time";

/** One fault of the simulator for each failure. */
const FAULT_OF: Readonly<Record<Exclude<FakeFailure, NoFault>, string>> = {
  exchange_unreachable: "reset",
  exchange_timeout: "code_10000",
  exchange_unavailable: "http_503",
  exchange_rate_limited: "http_429",
  exchange_banned: "rate_ban_403",
  exchange_geo_blocked: "geo_block_json",
  exchange_bad_body: "empty_body",
  exchange_bad_request: "http_400",
  unknown_symbol: "code_10001_symbols",
  bad_rows: "bad_numbers",
};
const REFERENCE_FAULT_OF: Readonly<Record<ReferenceErrorCode, string>> = {
  reference_unreachable: "reset",
  reference_timeout: "slow_headers",
  reference_unavailable: "http_503",
  reference_rate_limited: "http_429",
  reference_refused: "http_404",
  reference_bad_body: "empty_body",
};

/** One code of each effect: retried, not retried, pauses the endpoint, pauses everything. exchange-faults.test.ts has all. */
const CODE_OF_EACH_EFFECT = [
  "exchange_unavailable",
  "exchange_bad_request",
  "exchange_rate_limited",
  "exchange_banned",
] as const;

/** One market for all tests, since generating its candles takes time; each test has its own gateway. */
let simulator: FaultySimulator;
beforeAll(async () => {
  simulator = await startFaultySimulator();
});
afterAll(() => simulator[Symbol.asyncDispose]());

describeExchangeGateway(
  "the gateway to the exchange",
  async () => {
    const gateway = createExchangeGateway({
      baseUrl: simulator.url,
      simulated: true,
      budgetShare: 1,
      refreshPeriodMs: 30_000,
      clock: simulator.clock,
      random: () => 0.5,
      log: { info: () => undefined, warn: () => undefined },
      durations: EXCHANGE_DURATIONS,
    });
    return {
      gateway,
      fail: (endpoint, failure) => {
        if (!(failure in FAULT_OF)) {
          throw new Error("no fault has this code");
        }
        simulator.setFault(endpoint, FAULT_OF[failure as keyof typeof FAULT_OF]);
      },
      heal: simulator.clearFaults,
      goOn: simulator.goOn,
      settle: simulator.settle,
      [Symbol.asyncDispose]: async () => {
        simulator.clearFaults();
        await gateway.close();
      },
    };
  },
  CODE_OF_EACH_EFFECT,
);

describeExchangeGateway("the fake gateway", async () => {
  const clock = createFakeClock(FAKE_MARKET_START_MS);
  const gateway = createFakeExchangeGateway({ clock, symbolCount: 12 });
  return {
    gateway,
    fail: gateway.fail,
    heal: gateway.heal,
    goOn: clock.advance,
    settle: (work) => work,
    [Symbol.asyncDispose]: gateway.close,
  };
});

describeReferenceGateway("the gateway to the reference data", async () => {
  const gateway = createReferenceGateway({
    baseUrl: simulator.url,
    clock: simulator.clock,
    random: () => 0.5,
    durations: EXCHANGE_DURATIONS,
  });
  return {
    gateway,
    fail: (endpoint, code) => simulator.setFault(endpoint, REFERENCE_FAULT_OF[code]),
    heal: simulator.clearFaults,
    goOn: simulator.goOn,
    settle: simulator.settle,
    [Symbol.asyncDispose]: async () => {
      simulator.clearFaults();
      await gateway.close();
    },
  };
});

describeReferenceGateway("the fake gateway to reference data", async () => {
  const clock = createFakeClock(FAKE_MARKET_START_MS);
  const gateway = createFakeReferenceGateway(clock);
  return {
    gateway,
    fail: gateway.fail,
    heal: gateway.heal,
    goOn: clock.advance,
    settle: (work) => work,
    [Symbol.asyncDispose]: gateway.close,
  };
});
