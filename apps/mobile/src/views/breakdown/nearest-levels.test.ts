import { confluenceAnalysis, exampleDocuments } from "@pulseboard/snapshot";
import { expect, it } from "vitest";
import { nearestLevels } from "./nearest-levels.ts";

const { snapshot, analyses } = exampleDocuments();
const [first] = analyses.values();
if (first === undefined) {
  throw new Error("the example has no analysis");
}
const analysis = confluenceAnalysis(snapshot, first, "fresh");

/** The analysis with these levels: support and resistance, USD, by timeframe. */
function withLevels(levels: Readonly<Record<string, readonly [number, number]>>) {
  const reading = { signal: 0, weight: 0.3, contribution: 0, reason: null, sentence: "At a level." } as const;
  const timeframes = Object.fromEntries(
    Object.entries(levels).map(([timeframe, [support, resistance]]) => [
      timeframe,
      {
        ...reading,
        figures: [
          { name: "support", value: support, unit: "USD" },
          { name: "support_below", value: 0.5, unit: "ATR" },
          { name: "resistance", value: resistance, unit: "USD" },
          { name: "resistance_above", value: 0.25, unit: "ATR" },
        ],
      },
    ]),
  );
  const rule = { ...reading, event_based: true, figures: [], timeframes };
  const component = { ...analysis.breakdown.price_structure, rules: { support_resistance: rule } };
  return { price: 100, breakdown: { ...analysis.breakdown, price_structure: component } };
}

it("takes each side from the timeframe whose level is nearest", () => {
  expect(nearestLevels(withLevels({ "5m": [98, 120], "30m": [99, 110], "4h": [60, 101] }))).toEqual([
    { side: "support", price: 99, distanceAtr: 0.5, timeframe: "30m" },
    { side: "resistance", price: 101, distanceAtr: 0.25, timeframe: "4h" },
  ]);
});

it("has none where no timeframe has one", () => {
  expect(nearestLevels(withLevels({}))).toEqual([]);
  const { price_structure } = analysis.breakdown;
  const without = { ...analysis.breakdown, price_structure: { ...price_structure, rules: {} } };
  expect(nearestLevels({ price: 100, breakdown: without })).toEqual([]);
});
