import { expect, test } from "vitest";
import { interpretScore } from "./interpret-score.ts";

const WHOLE = { coverage: 1, freshness: 1, consensus: 1, quality: 1 };
const NONE = { technical: 0, volume: 0, orderflow: 0, orderbook: 0, sentiment: 0, price_structure: 0 };

test.each([
  [{ quality: 0.7 }, "quality (0.70)"],
  [{ consensus: 0.82, coverage: 0.95 }, "consensus (0.82)"],
  [{ consensus: 0.82, coverage: 0.8 }, "coverage (0.80)"],
])("the sentence names the factor that limits most, with its figure: %j", (lower, expected) => {
  const reliabilityFactors = { ...WHOLE, ...lower };
  const analysis = { symbol: "S", components: [], reliability: 1, reliabilityFactors };
  expect(interpretScore(analysis, 50, NONE).actionableInsights).toContain(
    `what limits its reliability most is ${expected}`,
  );
});
