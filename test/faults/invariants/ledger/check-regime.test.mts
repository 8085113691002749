import { exampleDocuments } from "@pulseboard/snapshot";
import { expect, it } from "vitest";
import { checkRegime } from "./check-regime.mts";
import { regimeOf } from "./regime-of-document.mts";

const FIGURES = { up: 30, down: 20, flat: 0, dispersion: 5, fearGreed: 50 };
const scoresOf = (score: number, count = 10) => Array.from({ length: count }, () => score);

it.each([
  [60, {}, "Strong Bullish: Broad Rally"],
  [55, { up: 20, down: 30 }, "Bullish: Mild Uptrend"],
  [50, { dispersion: 9 }, "Neutral: Choppy Range"],
  [50, { dispersion: 16 }, "Volatile: Choppy Waters"],
  [42, { up: 10, down: 40, fearGreed: 20 }, "Strong Bearish: Capitulation"],
  [47, { fearGreed: 60 }, "Bearish: Distribution Zone"],
  [50, { fearGreed: null }, "Neutral: Consolidation"],
  [60, { up: 29 }, "UNKNOWN"],
])("a mean score of %d with %j is %s", (score, more, name) => {
  expect(regimeOf({ ...FIGURES, scores: scoresOf(score), ...more })).toBe(name);
});

const { snapshot } = exampleDocuments();
const documentOf = (name: string, more: object = {}, missing: Record<string, "stale_input"> = {}) => ({
  missing,
  market_overview: { ...snapshot.market_overview, market_regime: name, market_dispersion: 5, fear_greed_value: 50 },
  market_breadth: { ...snapshot.market_breadth, up: 30, down: 20, flat: 0 },
  sections: {
    overview: { ...snapshot.sections.overview, stale: false },
    scores: { ...snapshot.sections.scores, stale: false },
    reference: { ...snapshot.sections.reference, stale: false },
    ...more,
  },
});

it("a regime that the document's own figures do not give is found", () => {
  expect(checkRegime(documentOf("Strong Bullish: Broad Rally"), scoresOf(60))).toEqual([]);
  expect(checkRegime(documentOf("Bullish: Risk-On"), scoresOf(60)).join()).toContain(
    "give Strong Bullish: Broad Rally",
  );
  expect(checkRegime(documentOf("UNKNOWN"), scoresOf(60)).join()).toContain("market_regime is UNKNOWN");
  expect(checkRegime(documentOf("Strong Bullish: Broad Rally"), scoresOf(60, 9)).join()).toContain("give UNKNOWN");
});

it("is unknown for stale figures only while they are stale", () => {
  const missing = { "market_overview.market_regime": "stale_input" } as const;
  const stale = { scores: { ...snapshot.sections.scores, stale: true } };
  expect(checkRegime(documentOf("UNKNOWN", stale, missing), scoresOf(60))).toEqual([]);
  expect(checkRegime(documentOf("UNKNOWN", {}, missing), scoresOf(60)).join()).toContain("and none is");
});
