import { expect, it } from "vitest";
import { exampleAnalysis } from "../../packages/snapshot/src/example/example-analysis.ts";
import { analysisText } from "../../packages/snapshot/src/projections/analysis-text.ts";
import { sampleScore } from "../../packages/snapshot/src/testing/sample-fields.ts";

/** A score says what pushes: it is no signal to act on, and no forecast. Names of fields in the API are not prose. */
const FORBIDDEN = /\b(bullish|bearish|opportunit\w*|actionable|signals?|sentiment|next test|expect\w*|will)\b/i;

it.each([80, 60, 50, 40, 20])("the example and the readable text of a score of %d forecast nothing", (score) => {
  const weightedSignal = (score - 50) / 100;
  const analysis = exampleAnalysis({ symbol: "BTCUSDT", price: 1, score, weightedSignal });
  const texts = [analysisText(analysis), ...Object.values(sampleScore({ score }).interpretations)];
  expect(texts.filter((text) => FORBIDDEN.test(text ?? ""))).toEqual([]);
});
