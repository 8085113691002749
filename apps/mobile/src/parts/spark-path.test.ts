import { expect, test } from "vitest";
import { sparkPath } from "./spark-path.ts";

const SIZE = { width: 60, height: 40 };
const QUARTER_S = 900;

function history(scores: readonly number[], atS = scores.map((_, i) => 1_000_000 + i * QUARTER_S)) {
  return sparkPath({ scores, atS, ...SIZE });
}

test("no history draws no line", () => {
  expect(history([])).toBeNull();
});

test("a single score draws a point at the right, and no line", () => {
  expect(history([50])).toEqual({ path: "", end: { x: 60, y: 20 }, bullishY: 5, bearishY: 35 });
});

test("a flat history is a level line at its score", () => {
  expect(history([50, 50, 50])?.path).toBe("M0 20L30 20L60 20");
});

test("higher scores are higher up, newer ones further right", () => {
  expect(history([30, 70])).toMatchObject({ path: "M0 40L60 0", end: { x: 60, y: 0 } });
});

test("a score beyond the usual range widens the range instead of leaving the chart", () => {
  const spark = history([100, 0]);
  expect(spark).toMatchObject({ path: "M0 0L60 40", bullishY: 14, bearishY: 26 });
});

test("missing time is a gap", () => {
  expect(history([50, 50, 50], [0, 900, 9000])?.path).toBe("M0 20L6 20M60 20");
});

test("two lone points far apart draw no line", () => {
  expect(history([50, 60], [0, 9000])).toMatchObject({ path: "", end: { x: 60, y: 10 } });
});

test("a score without a time is left out", () => {
  expect(history([50, 60], [900])).toMatchObject({ path: "", end: { x: 60, y: 20 } });
});
