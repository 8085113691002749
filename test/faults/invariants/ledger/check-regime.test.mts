import { exampleDocuments } from "@pulseboard/snapshot";
import { expect, it } from "vitest";
import { checkRegime, computedRegimes } from "./check-regime.mts";
import { regimesOf } from "./regime-of-document.mts";
import { scoreOf } from "./score-average.mts";

const FIGURES = { up: 30, down: 20, flat: 0, dispersion: 5, fearGreed: 50 };
const NO_SAMPLES = { most: 0, largestMean: 0 };
const signalsOf = (signal: number, count = 10) => Array.from({ length: count }, () => signal);
const scoresOf = (signal: number, count?: number) => signalsOf(signal, count).map(scoreOf);

it.each([
  [0.14, {}, "Strong Bullish: Broad Rally"],
  [0.13, { up: 20, down: 30 }, "Bullish: Mild Uptrend"],
  [0.05, { up: 20, down: 30 }, "Bullish: Mild Uptrend"],
  [0.04, { dispersion: 9 }, "Neutral: Choppy Range"],
  [0, { dispersion: 16 }, "Volatile: Choppy Waters"],
  [-0.14, { up: 10, down: 40, fearGreed: 20 }, "Strong Bearish: Capitulation"],
  [-0.05, { fearGreed: 60 }, "Bearish: Distribution Zone"],
  [0, { fearGreed: null }, "Neutral: Consolidation"],
  [0.14, { up: 29 }, "UNKNOWN"],
])("a mean W of %d with %j is %s", (signal, more, name) => {
  expect([...regimesOf({ ...FIGURES, signals: signalsOf(signal), ...more }, NO_SAMPLES)]).toEqual([name]);
});

it("near a line it may be either, as the market's own samples are not known", () => {
  const names = regimesOf({ ...FIGURES, signals: signalsOf(0.136) }, { most: 4, largestMean: 0.3 });
  expect([...names].toSorted()).toEqual(["Bullish: Risk-On", "Strong Bullish: Broad Rally"]);
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

it("a regime without the figures for it is found, one that is unknown with them, and a name that is none", () => {
  expect(checkRegime(documentOf("Strong Bullish: Broad Rally"), scoresOf(0.2))).toEqual([]);
  expect(checkRegime(documentOf("Bullish: Broad Rally"), scoresOf(0.2)).join()).toContain("which is none");
  expect(checkRegime(documentOf("UNKNOWN"), scoresOf(0.2)).join()).toContain("market_regime is UNKNOWN");
  expect(checkRegime(documentOf("Strong Bullish: Broad Rally"), scoresOf(0.2, 9)).join()).toContain("give UNKNOWN");
});

it("is unknown for stale figures only while they are stale", () => {
  const missing = { "market_overview.market_regime": "stale_input" } as const;
  const stale = { scores: { ...snapshot.sections.scores, stale: true } };
  expect(checkRegime(documentOf("UNKNOWN", stale, missing), scoresOf(0.2))).toEqual([]);
  expect(checkRegime(documentOf("UNKNOWN", {}, missing), scoresOf(0.2)).join()).toContain("and none is");
});

it("follows from the document's scores, breadth, dispersion and fear and greed", () => {
  expect([...computedRegimes(documentOf("UNKNOWN"), scoresOf(0.06), NO_SAMPLES)]).toEqual(["Bullish: Risk-On"]);
});
