import { expect, test } from "vitest";
import { averageName, spreadWord, timesAverage } from "./volatility-card.tsx";

test.each([
  [0, "calm"],
  [8, "calm"],
  [8.01, "choppy"],
  [15, "choppy"],
  [15.01, "volatile"],
] as const)("a spread of %d %% is %s", (percent, word) => {
  expect(spreadWord(percent)).toBe(word);
});

test.each([
  [6, 5, 1.2],
  [0, 5, 0],
  [null, 5, null],
  [6, null, null],
  [6, 0, null],
])("%s against an average of %s is %s times", (value, average, times) => {
  expect(timesAverage(value, average)).toBe(times);
});

test.each([
  [78 * 60_000, "78 min average"],
  [86_370_000, "24 h average"],
  [null, "average"],
  [undefined, "average"],
])("an average over %s ms is called %s", (spanMs, name) => {
  expect(averageName(spanMs)).toBe(name);
});
