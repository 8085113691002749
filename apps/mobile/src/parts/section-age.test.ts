import type { PageSnapshot } from "@pulseboard/snapshot";
import { expect, test } from "vitest";
import { oldestStale, sectionAgeS } from "./section-age.ts";

function section(asOf: number | null) {
  return { as_of: asOf, source: "test", stale: false, expected: 1, received: 1 };
}

/** Market time is separate: a replayed market may be years behind. */
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

test("a section grows older with the server's time", () => {
  expect(sectionAgeS(SNAPSHOT, "overview", 2_000_000_045)).toBe(645);
});

test("a server's clock that was set back does not make a section younger", () => {
  expect(sectionAgeS(SNAPSHOT, "overview", 1_999_999_000)).toBe(600);
});

test.each([
  ["none is stale", [], "overview"],
  ["one is stale", ["scores"], "scores"],
  ["both are stale", ["overview", "scores"], "overview"],
] as const)("the section to report, when %s", (_when, stale, expected) => {
  const sections = { ...SNAPSHOT.sections };
  for (const name of stale) {
    sections[name] = { ...sections[name], stale: true };
  }
  expect(oldestStale({ ...SNAPSHOT, sections }, ["overview", "scores"])).toBe(expected);
});

test("of two stale sections, the one that never had data is reported", () => {
  const stale = { ...section(null), stale: true };
  const sections = { ...SNAPSHOT.sections, overview: { ...section(1), stale: true }, perps: stale };
  expect(oldestStale({ ...SNAPSHOT, sections }, ["overview", "perps"])).toBe("perps");
});

test("a section without data has no age", () => {
  expect(sectionAgeS(SNAPSHOT, "perps", 2_000_000_000)).toBeNull();
});
