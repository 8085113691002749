import type { PageSnapshot } from "@pulseboard/snapshot";
import { expect, test } from "vitest";
import { sectionAgeS } from "./section-age.ts";

function section(asOf: number | null) {
  return { as_of: asOf, source: "test", stale: false, expected: 1, received: 1 };
}

/** Market time is its own: a replayed market may be years behind. */
const SNAPSHOT: Pick<PageSnapshot, "sections" | "timestamp"> = {
  timestamp: 2_000_000_000,
  sections: {
    overview: section(1_000),
    scores: section(1_600),
    movers: section(1_000),
    perps: section(null),
    reference: section(100),
  },
};

test.each([
  ["scores", 0],
  ["overview", 600],
  ["reference", 1500],
] as const)("%s is %d s behind the market when the snapshot is new", (name, age) => {
  expect(sectionAgeS(SNAPSHOT, name, 2_000_000_000)).toBe(age);
});

test("and grows older with the server's time", () => {
  expect(sectionAgeS(SNAPSHOT, "overview", 2_000_000_045)).toBe(645);
});

test("a server's clock that was set back does not make it younger", () => {
  expect(sectionAgeS(SNAPSHOT, "overview", 1_999_999_000)).toBe(600);
});

test("what never was has no age", () => {
  expect(sectionAgeS(SNAPSHOT, "perps", 2_000_000_000)).toBeNull();
});
