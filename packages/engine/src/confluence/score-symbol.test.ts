import { generateMarket } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import { COMPONENTS } from "../domain/symbol-analysis.ts";
import { scoreSymbol } from "./score-symbol.ts";

const MAX_ANALYSIS_BYTES = 64 * 1024;
const MAX_SENTENCE = 320;

describe("the score of a symbol", () => {
  const market = generateMarket({ seed: 7 });
  const analysis = scoreSymbol(market);
  const { score, weightedSignal, components, reliability } = analysis;

  it("has six components with the method's weights, all known when all inputs are", () => {
    expect(components.map(({ component, weight }) => [component, weight])).toEqual([
      ["technical", 0.1],
      ["volume", 0.18],
      ["orderflow", 0.3],
      ["orderbook", 0.2],
      ["sentiment", 0.07],
      ["price_structure", 0.15],
    ]);
    expect(components.map(({ component }) => component)).toEqual(COMPONENTS);
    expect(components.every(({ signal }) => signal !== null)).toBe(true);
    expect(components.map(({ rules }) => rules.length)).toEqual([6, 7, 6, 5, 4, 6]);
    const eventRules = components.flatMap(({ rules }) => rules.filter(({ eventBased }) => eventBased));
    expect(eventRules.map(({ rule }) => rule)).toEqual([
      "order_flow_imbalance",
      "structure_breaks",
      "support_resistance",
      "order_blocks",
      "fair_value_gaps",
    ]);
  });

  it("is the stretched mean of the components", () => {
    const mean = components.reduce((sum, { weight, signal }) => sum + weight * (signal ?? 0), 0);
    expect(weightedSignal).toBeCloseTo(mean, 12);
    expect(score).toBeCloseTo(50 + (50 * Math.tanh(1.8 * mean)) / Math.tanh(1.8), 10);
  });

  it("has sentences built from its numbers", () => {
    const [technical, , orderflow] = components;
    expect(technical?.interpretation).toBe(
      "Technical picture is pushing down (15.9): awesome oscillator at -3.72 ATR on 30m; softened RSI 14 at 34 on 4h.",
    );
    expect(orderflow?.interpretation).toMatch(
      /^Order flow is leaning down \(\d\d\.\d\): price moved -\d\.\d deviations in 60 min, open interest /,
    );
    expect(analysis.interpretation.overall).toMatch(
      /^GENUSDT is pushing down at 35\.0 now\. Pushes down most: volume, \d\d % of what speaks for it; against it most: order book, \d+ % of what does\.$/,
    );
    expect(analysis.interpretation.actionableInsights).toContain(`reliability ${reliability.toFixed(2)}`);
    expect(analysis.interpretation.actionableInsights).toMatch(
      /^\d+\.\d points past 35, from where a score is pushing down; /,
    );
  });

  it("fits its documents: an analysis has at most 64 KB, a sentence is one short line", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { interpretation, components: parts, ...rest } = scoreSymbol(generateMarket({ seed }));
      expect(JSON.stringify({ interpretation, parts, rest }).length).toBeLessThan(MAX_ANALYSIS_BYTES);
      const sentences = [...Object.values(interpretation), ...parts.map((part) => part.interpretation)];
      for (const sentence of sentences) {
        expect(sentence.length).toBeLessThan(MAX_SENTENCE);
        expect(sentence).not.toMatch(/NaN|null|undefined|Infinity/);
      }
    }
  });

  it("has only finite figures and signals", () => {
    const json = JSON.stringify(analysis);
    const figures = [...json.matchAll(/"value":(null|[^,}]+)/g)].map(([, value]) => Number(value));
    expect(figures.length).toBeGreaterThan(150);
    expect(json).not.toContain('"value":null');
    expect(figures.every(Number.isFinite)).toBe(true);
  });
});
