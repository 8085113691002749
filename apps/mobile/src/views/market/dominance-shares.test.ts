import { expect, test } from "vitest";
import { dominanceShares } from "./dominance-shares.ts";

const BITCOIN = { name: "Bitcoin", percent: 60, colour: "first" } as const;
const ETHER = { name: "Ether", percent: 15, colour: "second" } as const;

test("the shares and the rest add up to the whole", () => {
  expect(dominanceShares([BITCOIN, ETHER])).toEqual([
    { name: "Bitcoin", size: 60, colour: "first" },
    { name: "Ether", size: 15, colour: "second" },
    { name: "rest", size: 25, colour: "rest" },
  ]);
});

test("an unknown share is part of the rest", () => {
  expect(dominanceShares([BITCOIN, { ...ETHER, percent: null }])).toEqual([
    { name: "Bitcoin", size: 60, colour: "first" },
    { name: "rest", size: 40, colour: "rest" },
  ]);
});

test("without any known share there is no bar", () => {
  expect(dominanceShares([{ ...BITCOIN, percent: null }])).toEqual([]);
});

test("shares that rounding takes over 100 leave nothing", () => {
  expect(dominanceShares([BITCOIN, { ...ETHER, percent: 40.01 }]).at(-1)).toEqual({
    name: "rest",
    size: 0,
    colour: "rest",
  });
});
