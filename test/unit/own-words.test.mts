import { readdirSync, readFileSync } from "node:fs";
import { exampleDocuments } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../apps/server/src/docs/openapi-document.ts";
import { type AlertInput, NO_ALERTS, nextAlerts } from "../../apps/worker/src/alerts/next-alerts.ts";
import { interpretScore, interpretUnscored } from "../../packages/engine/src/confluence/interpret-score.ts";
import { ALL_COMPONENTS } from "../../packages/engine/src/confluence/score-symbol.ts";
import {
  COMPONENTS,
  type ComponentName,
  type ComponentResult,
} from "../../packages/engine/src/domain/symbol-analysis.ts";
import { TIMEFRAMES } from "../../packages/engine/src/domain/symbol-inputs.ts";
import { brokenComponent, generatedAnalyses, labelOf } from "../../packages/engine/src/testing/generated-sentences.ts";
import { saysItsFigures } from "../../packages/engine/src/testing/sentence-templates.ts";
import { readingsOf } from "../../packages/engine/src/testing/sentences.ts";
import type { AnalysisDocument } from "../../packages/snapshot/src/documents/analysis-document.ts";
import { exampleAnalysis } from "../../packages/snapshot/src/example/example-analysis.ts";
import { sampleScore } from "../../packages/snapshot/src/testing/sample-fields.ts";

/** A score says what pushes: it is no call to act, and no forecast. */
const FORBIDDEN =
  /\b(bullish|bearish|opportunit\w*|actionable|sentiment|next test|expect\w*|will|likely|soon|going to|forecast\w*|predict\w*|upside|downside)\b/i;
/** Names of fields, in code's quotes; names of regimes; that nothing is forecast; and that the data will come. */
const NAMES =
  /`[a-z_]+`|\b(?:Strong )?(?:Bullish|Bearish|Neutral|Volatile): [A-Z][\w -]+|\b(?:Strong|Mild) (?:Bullish|Bearish)\b|\b(?:Bullish|Bearish) Momentum\b|forecasts? nothing|soon after its start|a proven forecast|will appear once/g;

const isForbidden = (text: string): boolean => FORBIDDEN.test(text.replace(NAMES, ""));

/** Every text of a value that has two words or more: names of fields and words of the contract are none. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") {
    return value.includes(" ") ? [value] : [];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const MARKETS = [...generatedAnalyses(100)];

describe("what we say forecasts nothing, and calls nobody to act", () => {
  it("in every sentence of the engine, over markets in which each rule speaks", () => {
    const spoken = new Set(
      MARKETS.flatMap(({ analysis }) => readingsOf(analysis, labelOf)).map(({ path }) => path.split(".")[1]),
    );
    const silent = ALL_COMPONENTS.flatMap(({ rules }) => rules).filter(({ rule }) => !spoken.has(rule));
    expect(silent.map(({ rule }) => rule)).toEqual(["order_flow_imbalance"]);
    const said = new Set(MARKETS.flatMap(({ analysis, published }) => [...textsIn(analysis), ...textsIn(published)]));
    expect(said.size).toBeGreaterThan(5000);
    expect([...said].filter(isForbidden)).toEqual([]);
    const [market] = MARKETS;
    const unscored = interpretUnscored("XUSDT", market?.analysis.components ?? []);
    expect(textsIn(unscored).filter(isForbidden)).toEqual([]);
  });

  it("in alerts, which name the score, its words and the regimes", () => {
    const row = { symbol: "BTCUSDT", reliability: 0.8, price: 1 };
    const refresh = (nowS: number, score: number, regime: string): AlertInput => ({
      nowS,
      scored: [{ ...row, score }],
      regime,
    });
    const said = [66.2, 33.8].flatMap((score) => {
      const calm = nextAlerts(NO_ALERTS, refresh(1, 50, "Neutral: Consolidation"));
      const first = nextAlerts(calm, refresh(2, score, "Bullish: Risk-On"));
      return nextAlerts(first, refresh(3, score, "Bullish: Risk-On")).alerts.map(({ message }) => message);
    });
    expect(said.filter(isForbidden)).toEqual([]);
    expect(said).toEqual([
      'The market has changed from "Neutral: Consolidation" to "Bullish: Risk-On"',
      "BTCUSDT has risen to 65 or above: its score is 66.20 (pushing up)",
      'The market has changed from "Neutral: Consolidation" to "Bullish: Risk-On"',
      "BTCUSDT has fallen to 35 or below: its score is 33.80 (pushing down)",
    ]);
    const examples = exampleDocuments().alerts?.alerts.map(({ message }) => message);
    expect(examples).toHaveLength(2);
    expect((examples ?? []).filter((message) => !said.includes(message))).toEqual([]);
  });

  it("in the API's description with its examples, and in sample rows", () => {
    const texts = textsIn(openApiDocument("1.0.0"));
    expect(texts.length).toBeGreaterThan(500);
    expect([...new Set(texts)].filter(isForbidden)).toEqual([]);
    expect(textsIn(sampleScore().interpretations).filter(isForbidden)).toEqual([]);
  });

  it("in the page's own texts", () => {
    const code = pageCode();
    expect(code).toContain("it forecasts nothing");
    const prose = [...code.replace(NAMES, "").matchAll(PROSE)].map(([words]) => words);
    expect(prose).toEqual([]);
  });
});

/** One of the words beside another word, which no name in code has, but for those after its keywords. */
const PROSE = new RegExp(
  `(?<!\\b(?:const|let|type|return|readonly|typeof|case) |\\{ )(?:(?<=[a-z][,.;:]? )${FORBIDDEN.source}|${FORBIDDEN.source}(?=[,.;:]? [a-z]))`,
  "gi",
);

/** The sources of the page without comments and imports. */
function pageCode(): string {
  const folder = new URL("../../apps/mobile/src/", import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /(?<!\.test)\.tsx?$/.test(file) && !file.includes("testing"))
    .map((file) => readFileSync(new URL(file, folder), "utf8"))
    .join("\n")
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/^import .*$/gm, "")
    .replace(/\s+/g, " ");
}

/** The document's schema does not tie sentence and reason to the signal in the type. */
type Reading = Omit<ComponentResult["rules"][number], "rule" | "eventBased" | "timeframes"> &
  ComponentResult["rules"][number]["timeframes"][number];

/** A component of a document as the engine has it. */
function componentOf({ components }: AnalysisDocument, component: ComponentName): ComponentResult {
  const { rules, reason, ...fields } = components[component];
  return {
    component,
    ...fields,
    reason: reason as ComponentResult["reason"],
    rules: Object.entries(rules).map(([rule, { event_based, timeframes, ...reading }]) => ({
      rule,
      eventBased: event_based,
      ...(reading as Reading),
      timeframes: TIMEFRAMES.flatMap((timeframe) => {
        const part = timeframes[timeframe];
        return part === undefined ? [] : [{ ...(part as Reading), timeframe }];
      }),
    })),
  };
}

describe("the example", () => {
  const WEIGHTED_SIGNALS = [0.55, 0.1761, 0.02527, -0.06, -0.1761, -0.5];
  const scoreOf = (weightedSignal: number) =>
    Math.round(100 * (50 + (50 * Math.tanh(1.8 * weightedSignal)) / Math.tanh(1.8))) / 100;
  const examples = WEIGHTED_SIGNALS.map((weightedSignal) =>
    exampleAnalysis({ symbol: "BTCUSDT", price: 109_214.5, score: scoreOf(weightedSignal), weightedSignal }),
  );

  it.each([...examples, ...exampleDocuments().analyses.values()])(
    "$symbol at $score says of its figures what the engine would",
    (analysis) => {
      const components = COMPONENTS.map((component) => componentOf(analysis, component));
      const published = {
        score: analysis.score,
        contributions: analysis.contributions?.after ?? expect.fail("none"),
        averagedMs: analysis.averaged_ms ?? Number.NaN,
        afterGap: false,
      };
      const { overall, actionableInsights } = interpretScore(
        {
          symbol: analysis.symbol,
          components,
          reliability: analysis.reliability,
          reliabilityFactors: analysis.reliability_factors,
        },
        published,
      );
      expect(analysis.interpretation).toEqual({ overall, actionable_insights: actionableInsights });
      expect(components.flatMap(brokenComponent)).toEqual([]);
      const said = readingsOf({ components } as never, labelOf);
      expect(said).toHaveLength(6);
      expect(said.filter((each) => !saysItsFigures(each))).toEqual([]);
    },
  );
});
