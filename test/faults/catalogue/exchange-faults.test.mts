import { FAULT_NAMES } from "@pulseboard/simulator";
import { createRandom } from "@pulseboard/testing/random";
import { expect, it } from "vitest";
import type { Stage } from "../contracts.mts";
import { FAULT_DURATIONS, FRESH_FOR_MS, PERIOD_MS } from "../stage/fault-durations.mts";
import { EXCHANGE_FAULTS } from "./exchange-faults.mts";

/** A simulator that only notes what is set. */
function fakeStage() {
  const set: {
    readonly endpoint: string;
    readonly fault: string;
    readonly share: number;
    readonly symbols: readonly string[] | undefined;
  }[] = [];
  const setFault: Stage["simulator"]["setFault"] = async (endpoint, fault, { share = 1, symbols } = {}) =>
    void set.push({ endpoint, fault, share, symbols });
  const simulator = {
    setFault,
    clearFaults: async () => undefined,
    stats: async () => ({ faults_met: {}, requests_during_ban: 0 }),
    startAtMs: Date.parse("2026-01-06T12:00:00Z"),
    marketSeed: 1,
    symbolCount: 5,
  };
  return { set, stage: { simulator, random: createRandom(1) } as unknown as Stage };
}

const setBy = async (name: string) => {
  const { set, stage } = fakeStage();
  await EXCHANGE_FAULTS.find((fault) => fault.name === name)?.begin(stage);
  return set;
};

it("every fault of the simulator is met by some answers and by all, and every row of the error table by some symbols", async () => {
  const named = async (pattern: RegExp) => {
    const faults = EXCHANGE_FAULTS.filter(({ name }) => pattern.test(name));
    return new Set((await Promise.all(faults.map(({ name }) => setBy(name)))).flat().map(({ fault }) => fault));
  };
  const others = ["wrong_time", "gone_back"];
  const expected = FAULT_NAMES.filter((name) => !others.includes(name)).toSorted();
  expect([...(await named(/ for some answers$/))].toSorted()).toEqual(expected);
  expect([...(await named(/ for all$/))].toSorted()).toEqual([...expected, "gone_back"].toSorted());
  const ofTheTable = expected.filter((name) => !["lagging", "frozen"].includes(name));
  expect([...(await named(/ for some symbols$/))].toSorted()).toEqual(ofTheTable);
  expect(new Set(EXCHANGE_FAULTS.map(({ name }) => name)).size).toBe(EXCHANGE_FAULTS.length);
});

it("two symbols meet all rows of a group, and are the same for each", async () => {
  const set = await setBy("exchange: too many requests for some symbols");
  expect(new Set(set[0]?.symbols).size).toBe(2);
  expect(new Set(set.map(({ symbols }) => symbols?.join())).size).toBe(1);
});

it.each([
  ["exchange: too many requests for all", 1],
  ["exchange: too many requests for some answers", 0.3],
  ["exchange: too many requests for some symbols", 1],
])("%s: each row is drawn equally often", async (name, share) => {
  let left = 1;
  const drawn = (await setBy(name)).toReversed().map((each) => {
    const here = left * each.share;
    left -= here;
    return here;
  });
  for (const each of drawn) {
    expect(each).toBeCloseTo(share / drawn.length, 10);
  }
});

it("answers that fail for all are named only when the last refresh that had its tickers has published and grown stale", () => {
  // Such a refresh still tries its other calls, each up to its deadline.
  const leastMs = FRESH_FOR_MS + PERIOD_MS + FAULT_DURATIONS.exchange.callDeadlineMs;
  const named = EXCHANGE_FAULTS.filter(
    ({ name, names }) =>
      name.endsWith(" for all") && names?.reasons.some((reason) => reason.startsWith("exchange_paused")),
  ).filter(({ name }) => !/lagging|frozen/.test(name));
  expect(named.length).toBeGreaterThan(5);
  for (const { lastsAtLeastMs, names } of named) {
    expect(names?.afterMs).toBeGreaterThanOrEqual(leastMs);
    expect(lastsAtLeastMs).toBeGreaterThanOrEqual(names?.afterMs ?? Number.POSITIVE_INFINITY);
  }
});
