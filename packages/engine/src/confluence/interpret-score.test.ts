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
  const analysis = { symbol: "S", components: [], reliability: 0.9, reliabilityFactors };
  const { actionableInsights } = interpretScore(analysis, {
    score: 50,
    contributions: NONE,
    averagedMs: 0,
    afterGap: false,
  });
  expect(actionableInsights).toContain(`reliability 0.90, limited most by ${expected}`);
});

const MIXED = { ...NONE, orderflow: 0.06, volume: 0.03, technical: 0.01, orderbook: -0.03, sentiment: -0.01 };
const down = Object.fromEntries(Object.entries(MIXED).map(([name, share]) => [name, -share])) as typeof MIXED;

function overall(score: number, contributions: typeof NONE, averagedMs = 0, afterGap = false): string {
  const analysis = { symbol: "S", components: [], reliability: 0.9, reliabilityFactors: WHOLE };
  return interpretScore(analysis, { score, contributions, averagedMs, afterGap }).overall;
}

test.each([
  [
    72.44,
    MIXED,
    "S is pushing up at 72.4 now. Pushes up most: order flow, 60 % of what speaks for it; against it most: order book, 75 % of what does.",
  ],
  [
    27.56,
    down,
    "S is pushing down at 27.6 now. Pushes down most: order flow, 60 % of what speaks for it; against it most: order book, 75 % of what does.",
  ],
  [58, { ...NONE, volume: 0.04 }, "S is leaning up at 58.0 now. Pushes up most: volume, 100 % of what speaks for it."],
  [50, NONE, "S is balanced at 50.0 now. Nothing pushes either way."],
])("says what pushes %d, and its share of all that pushes that way", (score, contributions, expected) => {
  expect(overall(score, contributions)).toBe(expected);
});

test.each([
  [0, "now"],
  [29_000, "now"],
  [60_000, "over the last 1 min"],
  [870_000, "over the last quarter of an hour"],
  [869_000, "over the last 14 min"],
  [86_400_000, "over the last quarter of an hour"],
])("an average over %d ms says so", (averagedMs, expected) => {
  expect(overall(72, MIXED, averagedMs)).toContain(` at 72.0 ${expected}. `);
});

test.each([
  [0, "now and before a gap"],
  [240_000, "over the last 4 min and before a gap"],
  [870_000, "over the last quarter of an hour"],
])("an average over %d ms, with what is left of before a gap, says so", (averagedMs, expected) => {
  expect(overall(72, MIXED, averagedMs, true)).toContain(` at 72.0 ${expected}. `);
});

test.each([
  [1e-17, "Nothing pushes either way."],
  [-1e-17, "Nothing pushes either way."],
  [0.0005, "Nothing pushes either way."],
  [0.00054, "Pushes up most: order book, 100 % of what speaks for it."],
])("a push of %d, which moves a score by 95 times as much, is named from .05 points on", (push, expected) => {
  expect(overall(50, { ...NONE, orderbook: push })).toBe(`S is balanced at 50.0 now. ${expected}`);
});

test("rounding speaks neither for a score nor against it", () => {
  const words = overall(76.1, { ...NONE, orderflow: 0.3, orderbook: -1e-17, volume: -0.0004 });
  expect(words).toBe("S is pushing up at 76.1 now. Pushes up most: order flow, 100 % of what speaks for it.");
});

test("what is only left in the average is not named as missing alone", () => {
  const unknown = (component: "orderbook" | "sentiment") =>
    ({
      component,
      weight: 0.1,
      contribution: 0,
      signal: null,
      score: null,
      reason: "too_short",
      rules: [],
      interpretation: "",
    }) as const;
  const analysis = {
    symbol: "S",
    components: [unknown("orderbook"), unknown("sentiment")],
    reliability: 0.9,
    reliabilityFactors: WHOLE,
  };
  const contributions = { ...NONE, orderflow: 0.3, orderbook: -0.0001, sentiment: -0.01 };
  const parts = { score: 76, contributions, averagedMs: 900_000, afterGap: false };
  expect(interpretScore(analysis, parts).overall).toContain(
    "against it most: positioning, 100 % of what does; without data now: order book; pushing by older data alone: positioning.",
  );
});

test.each([
  [49.34779, "49.4", "balanced"],
  [35.05, "35.1", "leaning down"],
  [45.05, "45.1", "balanced"],
  [64.949, "65.0", "pushing up"],
  [99.999, "100.0", "pushing up"],
])("%d is said as it is shown, rounded from the two decimals of the documents", (score, shown, words) => {
  expect(overall(score, MIXED)).toContain(`S is ${words} at ${shown} now.`);
});

test("a score is said as a page shows its two decimals, each of them", () => {
  const page = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const hundredths = Array.from({ length: 10_001 }, (_, index) => index / 100);
  const different = hundredths.filter((score) => !overall(score, MIXED).includes(` at ${page.format(score)} now.`));
  expect(different).toEqual([]);
});

test.each([
  [54.94, "balanced at 54.9"],
  [54.96, "leaning up at 55.0"],
  [64.96, "pushing up at 65.0"],
  [45.04, "leaning down at 45.0"],
  [35.04, "pushing down at 35.0"],
])("the word for %d is that of the number as it is shown", (score, expected) => {
  expect(overall(score, MIXED)).toContain(`S is ${expected} now.`);
});

test.each([
  [72.4, "7.4 points past 65, from where a score is pushing up; "],
  [64.94, "0.1 points short of 65, from where a score is pushing up; "],
  [50, "15.0 points short of 65, from where a score is pushing up; "],
  [36, "1.0 points short of 35, from where a score is pushing down; "],
  [12.25, "22.7 points past 35, from where a score is pushing down; "],
])("says how far %d is from its line, and forecasts nothing", (score, expected) => {
  const analysis = { symbol: "S", components: [], reliability: 0.9, reliabilityFactors: WHOLE };
  const { actionableInsights } = interpretScore(analysis, {
    score,
    contributions: MIXED,
    averagedMs: 0,
    afterGap: false,
  });
  expect(actionableInsights.startsWith(expected)).toBe(true);
  expect(actionableInsights.endsWith(". It says what pushes and forecasts nothing.")).toBe(true);
});
