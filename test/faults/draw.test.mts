import { describe, expect, it } from "vitest";
import { CATALOGUE } from "./catalogue.mts";
import { drawPlan, FIXED_SEEDS, onlyNamed } from "./draw.mts";

const ALL = CATALOGUE.flat();
const SEEDS = Array.from({ length: 600 }, (_, index) => index);
const namesOf = (seed: number) => drawPlan(seed, CATALOGUE).map(({ fault }) => fault.name);

describe("a plan", () => {
  it("is the same for the same seed", () => {
    const [again, first] = [drawPlan(7, CATALOGUE), drawPlan(7, CATALOGUE)];
    expect(again).toEqual(first);
    expect(new Set(SEEDS.map((seed) => JSON.stringify(drawPlan(seed, CATALOGUE)))).size).toBe(SEEDS.length);
  });

  it("has one to three faults that occupy different things, and two or three in most seeds", () => {
    const counts = SEEDS.map((seed) => drawPlan(seed, CATALOGUE).length);
    expect(new Set(counts)).toEqual(new Set([1, 2, 3]));
    expect(counts.filter((count) => count > 1).length).toBeGreaterThan(0.7 * SEEDS.length);
    for (const seed of SEEDS) {
      const occupied = drawPlan(seed, CATALOGUE).flatMap(({ fault }) => fault.occupies);
      expect(new Set(occupied).size).toBe(occupied.length);
    }
  });

  it("lets each fault last long enough to be met", () => {
    for (const { fault, beginMs, endMs } of SEEDS.flatMap((seed) => drawPlan(seed, CATALOGUE))) {
      expect(endMs - beginMs).toBeGreaterThanOrEqual(fault.lastsAtLeastMs);
    }
  });
});

it("200 seeds in a row draw every fault", () => {
  expect(ALL.length).toBeLessThanOrEqual(200);
  for (const start of [0, 123_456]) {
    const drawn = new Set(Array.from({ length: 200 }, (_, index) => namesOf(start + index)).flat());
    expect(ALL.filter(({ name }) => !drawn.has(name))).toEqual([]);
  }
});

it("the fixed seeds are short, meet every subject twice and have two or three faults at once", () => {
  const plans = FIXED_SEEDS.map((seed) => drawPlan(seed, CATALOGUE));
  for (const subject of CATALOGUE) {
    const met = plans.filter((plan) => plan.some(({ fault }) => subject.includes(fault)));
    expect(met.length, subject[0]?.name).toBeGreaterThan(1);
  }
  expect(plans.filter(({ length }) => length < 2)).toEqual([]);
  expect(Math.max(...plans.flat().map(({ endMs }) => endMs))).toBeLessThan(4_500);
});

it("faults are told apart by their names", () => {
  expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
});

it("only faults of a name are drawn if asked for, alone and together", () => {
  const memcached = onlyNamed(CATALOGUE, "memcached");
  const plans = SEEDS.map((seed) => drawPlan(seed, memcached));
  expect(plans.flat().filter(({ fault }) => !fault.name.includes("memcached"))).toEqual([]);
  expect(new Set(plans.map(({ length }) => length)).size).toBeGreaterThan(1);
  expect(() => drawPlan(1, onlyNamed(CATALOGUE, "no such fault"))).toThrow("no fault to draw");
});
