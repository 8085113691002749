import { expect, test } from "vitest";
import { interpretScore } from "./interpret-score.ts";

const WHOLE = { coverage: 1, freshness: 1, consensus: 1, quality: 1 };

test.each([
  ["what weighs most is told with its own figure", { ...WHOLE, quality: 0.7 }, "quality (0.70)"],
  ["consensus counts half", { ...WHOLE, consensus: 0.82, coverage: 0.95 }, "consensus (0.82, which counts half)"],
  ["so that a smaller figure may weigh less", { ...WHOLE, consensus: 0.82, coverage: 0.9 }, "coverage (0.90)"],
])("%s", (_name, factors, expected) => {
  const { actionableInsights } = interpretScore({ symbol: "S", score: 50, components: [], reliability: 1, factors });
  expect(actionableInsights).toContain(`what limits its reliability most is ${expected}`);
});
