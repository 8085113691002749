import { describe, expect, it } from "vitest";
import { checkDwell } from "./check-dwell.mts";

const [UP, DOWN, FLAT, NONE] = ["Bullish: Risk-On", "Bearish: Risk-Off", "Neutral: Consolidation", "UNKNOWN"];
const PERIOD_S = 30;
const START_S = 1_000_000;

type Step = readonly [minute: number, shown: string, computed: string, isOfFirstWorker?: boolean];

/** Documents at these minutes, and one in each half minute between them, which says the same as the one before. */
function looksAt(...steps: readonly Step[]) {
  const looks = [];
  for (const [index, [minute, shown, computed, isOfFirstWorker = true]] of steps.entries()) {
    const end = steps[index + 1]?.[0] ?? minute + 0.5;
    for (let at = minute; at < end; at += 0.5) {
      const asOf = START_S + at * 60;
      looks.push({ sequence: 1 + at * 2, asOf, shown, computed: new Set([computed]), isOfFirstWorker });
    }
  }
  return looks;
}

const check = (...steps: readonly Step[]) =>
  checkDwell(looksAt(...steps), { startS: START_S, periodS: PERIOD_S }).join("\n");

describe("the shown regime may", () => {
  it.each<[name: string, steps: readonly Step[]]>([
    [
      "stay while another one is computed, for an hour",
      [
        [0, UP, UP],
        [5, UP, DOWN],
        [64, UP, DOWN],
      ],
    ],
    [
      "change after an hour of another",
      [
        [0, UP, UP],
        [5, UP, DOWN],
        [65, DOWN, DOWN],
      ],
    ],
    [
      "be the one that is computed after an hour of several others",
      [
        [0, UP, UP],
        [5, UP, DOWN],
        [40, UP, FLAT],
        [65, FLAT, FLAT],
      ],
    ],
    [
      "be unknown at once, and come back",
      [
        [0, UP, UP],
        [5, NONE, NONE],
        [20, UP, DOWN],
      ],
    ],
    [
      "be another after an hour without any",
      [
        [0, UP, UP],
        [5, NONE, NONE],
        [66, DOWN, DOWN],
      ],
    ],
    [
      "be another of a worker that has forgotten all",
      [
        [0, UP, UP],
        [5, DOWN, DOWN, false],
      ],
    ],
  ])("%s", (_name, steps) => {
    expect(check(...steps)).toBe("");
  });
});

describe("it is found when the shown regime", () => {
  it.each<[name: string, steps: readonly Step[], found: string]>([
    [
      "changes at once",
      [
        [0, UP, UP],
        [5, DOWN, DOWN],
      ],
      "did not hold for an hour",
    ],
    [
      "changes although its own came back meanwhile",
      [
        [0, UP, UP],
        [5, UP, DOWN],
        [40, UP, UP],
        [41, UP, DOWN],
        [70, DOWN, DOWN],
      ],
      "did not hold for an hour",
    ],
    [
      "changes to one that is not computed",
      [
        [0, UP, UP],
        [5, UP, DOWN],
        [65, FLAT, DOWN],
      ],
      `is ${FLAT}`,
    ],
    [
      "stays for longer than an hour",
      [
        [0, UP, UP],
        [5, UP, DOWN],
        [67, UP, DOWN],
      ],
      "have given another",
    ],
    [
      "is another after a moment without any",
      [
        [0, UP, UP],
        [5, NONE, NONE],
        [20, DOWN, DOWN],
      ],
      "did not hold for an hour",
    ],
  ])("%s", (_name, steps, found) => {
    expect(check(...steps)).toContain(found);
  });
});

it("documents that were not seen may have said another", () => {
  const looks = looksAt([0, UP, UP], [5, UP, DOWN], [70, UP, DOWN]).filter(({ sequence }) => sequence !== 61);
  expect(checkDwell(looks, { startS: START_S, periodS: PERIOD_S })).toEqual([]);
});
