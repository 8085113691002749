import { expect, test } from "vitest";
import { dominanceShares } from "./dominance-shares.ts";

const BITCOIN = { name: "Bitcoin", percent: 60, tone: "first" } as const;
const ETHER = { name: "Ether", percent: 15, tone: "second" } as const;

test("the shares and the rest are the whole", () => {
  expect(dominanceShares([BITCOIN, ETHER])).toEqual([
    { name: "Bitcoin", size: 60, tone: "first" },
    { name: "Ether", size: 15, tone: "second" },
    { name: "rest", size: 25, tone: "rest" },
  ]);
});

test("an unknown share is part of the rest, and none of its own", () => {
  expect(dominanceShares([BITCOIN, { ...ETHER, percent: null }])).toEqual([
    { name: "Bitcoin", size: 60, tone: "first" },
    { name: "rest", size: 40, tone: "rest" },
  ]);
});

test("without one known share there is no bar", () => {
  expect(dominanceShares([{ ...BITCOIN, percent: null }])).toEqual([]);
});

test("shares that rounding takes over 100 leave nothing", () => {
  expect(dominanceShares([BITCOIN, { ...ETHER, percent: 40.01 }]).at(-1)).toEqual({
    name: "rest",
    size: 0,
    tone: "rest",
  });
});
