import { expect, test } from "vitest";
import { formats } from "../format/formats.ts";
import { besideWords, directionOf, farNow, isOfNow } from "./score-direction.ts";

const STILL = { score: 72, score_now: 72, change_5m: 0, change_5m_deviations: 0 };

test.each([
  [72, 48, "now 48.0"],
  [72, 57, "now 57.0"],
  [72, 57.01, ""],
  [30, 45, "now 45.0"],
  [30, 44.99, ""],
])("a score of %d beside %d now: %s", (score, score_now, expected) => {
  expect(besideWords({ ...STILL, score, score_now })).toBe(expected);
});

test("the score of now is said from 15.00 points on, at each hundredth and both ways", () => {
  const wrong: string[] = [];
  for (let low = 0; low <= 8500; low++) {
    for (const apart of [1499, 1500]) {
      const [a, b] = [low / 100, (low + apart) / 100];
      const isSaid = [farNow({ ...STILL, score: a, score_now: b }), farNow({ ...STILL, score: b, score_now: a })];
      if (isSaid.some((said) => (said !== null) !== apart >= 1500)) {
        wrong.push(`${a} ${b}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("the direction goes by the score as it is written, at each hundredth", () => {
  const wrong: number[] = [];
  for (let hundredths = 0; hundredths <= 10_000; hundredths++) {
    const score = hundredths / 100;
    if (directionOf(score).word !== directionOf(Number(formats.score(score))).word) {
      wrong.push(score);
    }
  }
  expect(wrong).toEqual([]);
});

test("a document of the first version has no score of now", () => {
  const { score_now: _, change_5m: _change, change_5m_deviations: _deviations, ...first } = STILL;
  expect(besideWords(first)).toBe("");
});

test.each([
  [-5.12, -6, "-5.1% in 5 min"],
  [3.25, 5.01, "+3.3% in 5 min"],
  [-5.12, -5, ""],
  [0.04, 9, ""],
  [-0.049, -1000, ""],
  [0.05, 9, "+0.1% in 5 min"],
  [-5.12, null, ""],
  [null, null, ""],
])("%d %% by %d deviations: %s", (change_5m, change_5m_deviations, expected) => {
  expect(besideWords({ ...STILL, change_5m, change_5m_deviations })).toBe(expected);
});

test("both are said, one after the other", () => {
  const both = { score: 72, score_now: 48, change_5m: -5.12, change_5m_deviations: -6 };
  expect(besideWords(both)).toBe("now 48.0, -5.1% in 5 min");
});

const section = (asOf: number, stale = false) => ({ as_of: asOf, source: "test", stale, expected: 1, received: 1 });

test.each([
  [0, false, true],
  [299, false, true],
  [300, false, false],
  [90, true, true],
  [91, true, false],
])("scores %d s old, carried over %s, are of now: %s", (age, stale, expected) => {
  const others = { overview: section(1000), movers: section(1000), perps: section(1000), reference: section(1000) };
  const snapshot = { timestamp: 2000, period_ms: 30_000, sections: { ...others, scores: section(1000 - age, stale) } };
  expect(isOfNow(snapshot, 2000)).toBe(expected);
  // The same as the page grows old with its copy.
  expect(isOfNow({ ...snapshot, sections: { ...snapshot.sections, scores: section(1000) } }, 2000 + age)).toBe(
    age < 300,
  );
});
