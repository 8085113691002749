import { FAULT_NAMES } from "@pulseboard/simulator";
import { expect, it } from "vitest";
import type { Stage } from "../contracts.mts";
import { EXCHANGE_FAULTS } from "./exchange-faults.mts";

/** A simulator that only notes what is set. */
function fakeStage() {
  const set: { readonly endpoint: string; readonly fault: string; readonly share: number }[] = [];
  const simulator = {
    setFault: async (endpoint: string, fault: string, share = 1) => void set.push({ endpoint, fault, share }),
    clearFaults: async () => undefined,
    stats: async () => ({ faults_met: {}, requests_during_ban: 0 }),
  };
  return { set, stage: { simulator } as unknown as Stage };
}

const setBy = async (name: string) => {
  const { set, stage } = fakeStage();
  await EXCHANGE_FAULTS.find((fault) => fault.name === name)?.begin(stage);
  return set;
};

it("every fault of the simulator is met by some answers, and by all", async () => {
  const named = async (pattern: RegExp) => {
    const faults = EXCHANGE_FAULTS.filter(({ name }) => pattern.test(name));
    return new Set((await Promise.all(faults.map(({ name }) => setBy(name)))).flat().map(({ fault }) => fault));
  };
  const others = ["wrong_time", "gone_back"];
  const expected = FAULT_NAMES.filter((name) => !others.includes(name)).toSorted();
  expect([...(await named(/ for some$/))].toSorted()).toEqual(expected);
  expect([...(await named(/ for all$/))].toSorted()).toEqual([...expected, "gone_back"].toSorted());
  expect(new Set(EXCHANGE_FAULTS.map(({ name }) => name)).size).toBe(EXCHANGE_FAULTS.length);
});

it.each([
  ["exchange: too many requests for all", 1],
  ["exchange: too many requests for some", 0.3],
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
