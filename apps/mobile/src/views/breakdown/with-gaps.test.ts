import { expect, test } from "vitest";
import { withGaps } from "./with-gaps.ts";

test("no history has no points", () => {
  expect(withGaps({ scores: [], atS: [] })).toEqual({ times: [], values: [] });
});

test("half an hour is joined, more is a gap", () => {
  expect(withGaps({ scores: [50, 60, 70], atS: [0, 1800, 3700] })).toEqual({
    times: [0, 1800, 2750, 3700],
    values: [50, 60, null, 70],
  });
});

test("a score without a time is left out", () => {
  expect(withGaps({ scores: [50, 60], atS: [0] })).toEqual({ times: [0], values: [50] });
});
