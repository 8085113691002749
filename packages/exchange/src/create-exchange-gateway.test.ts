import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, test } from "vitest";
import { createExchangeGateway } from "./create-exchange-gateway.ts";
import { EXCHANGE_DURATIONS } from "./durations.ts";

test("rejects an impossible share of the budget", () => {
  for (const budgetShare of [0, -1, 1.1, Number.NaN]) {
    const log = { info: () => undefined, warn: () => undefined };
    const options = {
      baseUrl: null,
      simulated: false,
      budgetShare,
      refreshPeriodMs: 30_000,
      clock: createFakeClock(),
      random: () => 0,
      log,
      durations: EXCHANGE_DURATIONS,
    };
    expect(() => createExchangeGateway(options)).toThrow(RangeError);
  }
});
