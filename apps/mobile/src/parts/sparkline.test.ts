import { expect, test } from "vitest";
import { dayPoints } from "./spark-path.ts";
import { dayWords, lineDirection } from "./sparkline.tsx";

const TO_S = 1_800_000;
const points = (closes: readonly (number | null)[], price: number) =>
  dayPoints({ closes, closesToS: TO_S, price, atS: TO_S + 900 });
const wholeDay = Array.from({ length: 48 }, (_, index) => 100 + (index % 5));

test.each([
  ["nothing but the newest price", points([null, null], 7), "+1.00%", "price line: one point so far"],
  [
    "a whole day",
    points(wholeDay, 103),
    "+2.50%",
    "price by half hours, up: from 100.00 to 103.00 in 24 h, lowest 100.00, highest 104.00",
  ],
  [
    "a fall with a gap",
    points([0.5, null, 0.25], 0.125),
    "-75.00%",
    "price by half hours, down: from 0.50000 to 0.12500 in 75 min, lowest 0.12500, highest 0.50000, with gaps",
  ],
  [
    "a change that is not known",
    points([1, 2], 3),
    null,
    "price by half hours: from 1.0000 to 3.0000 in 45 min, lowest 1.0000, highest 3.0000",
  ],
])("%s in words", (_what, line, change, words) => {
  expect(dayWords(line, change)).toBe(words);
});

test.each([
  [100, 101, "+1.00%", "long"],
  [101, 100, "-0.99%", "short"],
  // The line begins at another price than that of 24 h ago.
  [100, 101, "-0.01%", "none"],
  [101, 100, "+0.01%", "none"],
  [100, 100, "+0.01%", "none"],
  [100, 100.004, "0.00%", "none"],
  [100, 101, null, "none"],
] as const)("from %d to %d beside %s claims: %s", (first, last, change, direction) => {
  expect(lineDirection(points([first], last), change)).toBe(direction);
});
