import { expect, test } from "vitest";
import { reasonSentence } from "./reasons.ts";

const CODES = [
  "too_short",
  "no_activity",
  "stale_input",
  "not_provided",
  "warming_up",
  "source_unavailable",
  "not_enough_symbols",
];

test("each reason has its own sentence", () => {
  const sentences = CODES.map(reasonSentence);
  expect(new Set(sentences).size).toBe(CODES.length);
  for (const sentence of sentences) {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
  for (const sentence of sentences) {
    expect(sentence).not.toContain("_");
  }
});

test.each([undefined, null])("without a reason, the sentence says so: %s", (reason) => {
  expect(reasonSentence(reason)).toBe("No reason was given.");
});

test.each(["later_reason", "toString", "__proto__"])("an unknown code is quoted: %s", (reason) => {
  expect(reasonSentence(reason)).toBe(`The reason given is "${reason}".`);
});
