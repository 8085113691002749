import { expect, test } from "vitest";
import { historyWords } from "./sparkline.tsx";

test.each([
  ["nothing", [], [], "no history"],
  ["one point", [51.23], [900], "history: 51.2, one point so far"],
  ["a young history", [51.23, 60, 64], [900, 1800, 2700], "history: from 51.2 to 64.0 in 30 min"],
  ["a whole history with a gap", [40, 45], [0, 20_700], "history: from 40.0 to 45.0 in 6 h"],
])("%s in words", (_what, scores, atS, words) => {
  expect(historyWords({ scores, atS })).toBe(words);
});
