import { FAULT_NAMES } from "@pulseboard/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createReferenceGateway } from "./create-reference-gateway.ts";
import { EXCHANGE_DURATIONS } from "./durations.ts";
import type { ReferenceErrorCode } from "./errors/reference-error.ts";
import { type FaultySimulator, startFaultySimulator } from "./testing/simulated-faults.ts";

const never = new AbortController().signal;
const COINGECKO = "/api/v3/global";
const COINPAPRIKA = "/v1/global";
const FEAR_GREED = "/fng/";

/** The classification of each fault that can hit a reference-data service; null for the exchange's own. */
const CODES: Readonly<Record<string, ReferenceErrorCode | null>> = {
  truncated: "reference_bad_body",
  empty_body: "reference_bad_body",
  null_body: "reference_bad_body",
  empty_object: "reference_bad_body",
  empty_array: "reference_bad_body",
  result_null: "reference_bad_body",
  list_missing: "reference_bad_body",
  bad_numbers: "reference_bad_body",
  html_200: "reference_bad_body",
  stalled_body: "reference_timeout",
  slow_headers: "reference_timeout",
  reset: "reference_unreachable",
  reset_mid_body: "reference_unreachable",
  bad_gzip: "reference_unreachable",
  redirect: "reference_unreachable",
  http_400: "reference_refused",
  http_401: "reference_refused",
  http_404: "reference_refused",
  http_418: "reference_refused",
  http_429: "reference_rate_limited",
  http_500: "reference_unavailable",
  http_502: "reference_unavailable",
  http_503: "reference_unavailable",
  http_504: "reference_unavailable",
  http_505: "reference_unavailable",
  http_520: "reference_unavailable",
  http_524: "reference_unavailable",
  code_10000: null,
  code_10001: null,
  code_10001_symbols: null,
  code_10006: null,
  code_10009: null,
  code_10016_timeout: null,
  code_10016_server: null,
  code_10429: null,
  code_unknown: null,
  rate_403_json: null,
  lagging: null,
  gone_back: null,
  frozen: null,
  wrong_time: null,
  rate_ban_403: "reference_refused",
  geo_block_json: "reference_refused",
  geo_block_html: "reference_refused",
};

let simulator: FaultySimulator;
beforeAll(async () => {
  simulator = await startFaultySimulator();
});
afterAll(() => simulator[Symbol.asyncDispose]());

test("every fault of the simulator is classified here", () => {
  expect(Object.keys(CODES).toSorted()).toEqual(FAULT_NAMES.toSorted());
});

describe.each([COINGECKO, FEAR_GREED])("%s", (endpoint) => {
  const faults = Object.entries(CODES).flatMap(([fault, code]) => (code === null ? [] : [[fault, code] as const]));

  test.each(faults)("%s is %s", async (fault, code) => {
    const { clock } = simulator;
    const options = { baseUrl: simulator.url, clock, random: () => 0, durations: EXCHANGE_DURATIONS };
    const gateway = createReferenceGateway(options);
    const collect = () => simulator.settle(gateway.collectReference(never));
    simulator.setFault(endpoint, fault);
    const { globalMarket, fearGreed, problems } = await collect();
    expect(problems).toMatchObject([{ endpoint, code, symbol: null, hint: expect.any(String) }]);
    expect(problems[0]?.message).toContain(endpoint);
    if (endpoint === COINGECKO) {
      // The other service stands in.
      expect(globalMarket?.source).toBe("coinpaprika");
      expect(fearGreed?.source).toBe("alternative.me");
    } else {
      expect(globalMarket?.source).toBe("coingecko");
      expect(fearGreed).toBeNull();
    }
    // Services are asked again no earlier than they like.
    expect((await collect()).problems).toEqual([]);
    simulator.clearFaults();
    await simulator.goOn(EXCHANGE_DURATIONS.referenceLeastWaitMs);
    const recovered = await collect();
    expect(recovered.problems).toEqual([]);
    expect([recovered.globalMarket?.source, recovered.fearGreed?.source]).toEqual(["coingecko", "alternative.me"]);
    await gateway.close();
  });
});

test.each(["truncated", "http_429", "reset", "http_503", "bad_numbers"])(
  `%s at ${COINPAPRIKA} while ${COINGECKO} is down: both are reported, and there is no value`,
  async (fault) => {
    const { clock } = simulator;
    const options = { baseUrl: simulator.url, clock, random: () => 0, durations: EXCHANGE_DURATIONS };
    const gateway = createReferenceGateway(options);
    simulator.setFault(COINGECKO, "http_500");
    simulator.setFault(COINPAPRIKA, fault);
    const { globalMarket, problems } = await simulator.settle(gateway.collectReference(never));
    simulator.clearFaults();
    expect(globalMarket).toBeNull();
    expect(problems.map(({ endpoint, code }) => [endpoint, code])).toEqual([
      [COINGECKO, "reference_unavailable"],
      [COINPAPRIKA, CODES[fault]],
    ]);
    await gateway.close();
  },
);
