import { expect, test } from "vitest";
import { betaWords } from "./market-relation-section.tsx";

test.each([
  ["1.46", "By its line over Bitcoin's moves it rose 1.46% where Bitcoin rose 1%."],
  ["-0.12", "By its line over Bitcoin's moves it fell 0.12% where Bitcoin rose 1%."],
  ["0.00", "Its line over Bitcoin's moves is flat."],
])("a beta of %s: %s", (beta, words) => {
  expect(betaWords(beta)).toBe(words);
});
