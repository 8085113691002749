import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance } from "./edit-distance.ts";

test.each([
  ["", "", 0],
  ["PORT", "PORT", 0],
  ["PORT", "PORTS", 1],
  ["PORT", "POT", 1],
  ["PORT", "POST", 1],
  ["REFRESH_CORN", "REFRESH_CRON", 1],
  ["HOME", "HOST", 2],
  ["", "HOST", 4],
  ["kitten", "sitting", 3],
])("%s is %s with %i change(s)", (a, b, changes) => {
  expect(editDistance(a, b)).toBe(changes);
});

test("is the same both ways, and never more than writing the longer one from scratch", () => {
  const word = fc.string({ maxLength: 12, unit: fc.constantFrom("A", "B", "C", "_") });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const changes = editDistance(a, b);
      expect(changes).toBe(editDistance(b, a));
      expect(changes).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(changes).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(changes === 0).toBe(a === b);
    }),
  );
});
