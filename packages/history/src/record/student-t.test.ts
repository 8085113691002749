import { expect, it } from "vitest";
import { studentBound } from "./student-t.ts";

// By scipy.stats.t.ppf(1 - alpha / 2, degrees).
it.each([
  { degrees: 1, alpha: 0.05, bound: 12.7062047 },
  { degrees: 2, alpha: 0.05, bound: 4.3026527 },
  { degrees: 3, alpha: 0.01, bound: 5.8409093 },
  { degrees: 10, alpha: 0.05, bound: 2.2281389 },
  { degrees: 13, alpha: 0.01, bound: 3.0122758 },
  { degrees: 29, alpha: 0.05, bound: 2.0452296 },
  { degrees: 59, alpha: 0.05, bound: 2.0009954 },
  { degrees: 100, alpha: 0.01, bound: 2.6258905 },
  { degrees: 399, alpha: 0.05 / 44, bound: 3.2781816 },
])("the bound for $degrees degrees of freedom at $alpha is $bound", ({ degrees, alpha, bound }) => {
  expect(studentBound(degrees, alpha)).toBeCloseTo(bound, 6);
});

it("comes near to the normal distribution's with many degrees of freedom", () => {
  expect(studentBound(100_000, 0.05)).toBeCloseTo(1.959964, 4);
});
