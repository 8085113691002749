import { expect, test } from "vitest";
import { interpretScore } from "./interpret-score.ts";

const WHOLE = { coverage: 1, freshness: 1, consensus: 1, quality: 1 };

test.each([
  ["the sentence names the factor that limits most, with its figure", { ...WHOLE, quality: 0.7 }, "quality (0.70)"],
  ["consensus counts half", { ...WHOLE, consensus: 0.82, coverage: 0.95 }, "consensus (0.82, which counts half)"],
  ["so a factor with a larger figure can limit more", { ...WHOLE, consensus: 0.82, coverage: 0.9 }, "coverage (0.90)"],
])("%s", (_name, factors, expected) => {
  const { actionableInsights } = interpretScore({ symbol: "S", score: 50, components: [], reliability: 1, factors });
  expect(actionableInsights).toContain(`what limits its reliability most is ${expected}`);
});
