import { expect, it } from "vitest";
import type { ComponentRules } from "../../packages/engine/src/confluence/component-rules.ts";
import type { EvaluatedRule } from "../../packages/engine/src/confluence/evaluate.ts";
import { interpretComponent } from "../../packages/engine/src/confluence/interpret-component.ts";
import { interpretScore } from "../../packages/engine/src/confluence/interpret-score.ts";
import { ALL_COMPONENTS } from "../../packages/engine/src/confluence/score-symbol.ts";
import { COMPONENTS, type ComponentName } from "../../packages/engine/src/domain/symbol-analysis.ts";
import type { MissingReason } from "../../packages/engine/src/domain/symbol-inputs.ts";
import { generatedAnalyses, labelOf } from "../../packages/engine/src/testing/generated-sentences.ts";
import { readingsOf, widened } from "../../packages/engine/src/testing/sentences.ts";
import { RULE_SENTENCE_MAX_CHARS } from "../../packages/snapshot/src/documents/analysis-document.ts";
import {
  COMPONENT_SENTENCE_MAX_CHARS,
  SUMMARY_MAX_CHARS,
} from "../../packages/snapshot/src/documents/confluence-score.ts";

// Nothing cuts a sentence: no sentence that can be made is longer than its field. Each number takes the widest form that it can
// have (`sentence-numbers.test.ts` proves the widths), around the words of 400 markets.

const said = [...generatedAnalyses(400)].flatMap(({ analysis }) => readingsOf(analysis, labelOf));

/** The longest clause that a rule can make: its name, its words around the widest numbers, and the longest timeframe. */
function longestClause(rule: ComponentRules["rules"][number], component: ComponentName): string {
  const path = `${component}.${rule.rule}`;
  const texts = said
    .filter((each) => each.path === path || each.path.startsWith(`${path}.`))
    .map(({ text }) => widened(text));
  expect(texts.length, path).toBeGreaterThan(0);
  const longest = byLength(texts);
  return rule.per === "timeframe" ? `${rule.label} ${longest.trim()} on 30m` : longest;
}

function neverCalled(): never {
  throw new Error("the outcome is given");
}

function byLength(texts: readonly string[]): string {
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
}

const clauses = ALL_COMPONENTS.flatMap(({ component, rules }) =>
  rules
    .filter(({ rule }) => rule !== "order_flow_imbalance")
    .map((rule) => ({ component, rule: rule.rule, clause: longestClause(rule, component) })),
);

it.each(clauses)("the longest sentence about $component.$rule fits", ({ clause }) => {
  expect(`${clause}, which pushes it most.`.length).toBeLessThanOrEqual(RULE_SENTENCE_MAX_CHARS);
});

it("the words were seen in all their forms: trades known in part, and late", () => {
  for (const rule of ["volume_delta", "cvd", "trade_flow", "large_trades", "imbalance", "pressure"]) {
    const { clause } = clauses.find((each) => each.rule === rule) ?? { clause: "" };
    expect(clause).toMatch(/\S+ of the \S+ min to \S+ min ago$/);
  }
  const breaks = said.filter(({ path }) => path.startsWith("price_structure.structure_breaks")).map(({ text }) => text);
  for (const words of [
    " on the last close ",
    " 1 candle ago ",
    / [1-9]\d+ candles ago /,
    "first known",
    "continuation",
    "change of",
  ]) {
    expect(breaks).toContainEqual(expect.stringMatching(words));
  }
});

it.each(ALL_COMPONENTS)("the longest sentence about $component fits", (definition) => {
  const own = clauses.filter(({ component }) => component === definition.component).map(({ clause }) => clause);
  const [first = "", second = ""] = own.sort((a, b) => b.length - a.length);
  const rules = definition.rules.map(({ rule, weight }, index): EvaluatedRule => {
    const text = [first, second][index];
    const bare = { rule, weight, per: "symbol" as const, inputs: [], constants: {}, evaluate: neverCalled };
    if (text === undefined) {
      return { rule: bare, weight, outcomes: [], signal: null, reason: "no_activity" };
    }
    const outcome = { known: true as const, signal: -0.2, figures: [], text };
    return {
      rule: bare,
      weight,
      outcomes: [{ timeframe: null, weight: 1, signal: -0.2, fresh: true, outcome }],
      signal: -0.2,
      reason: null,
    };
  });
  const sentence = interpretComponent({ definition, weight: definition.weight, rules, signal: -0.2, reason: null });
  expect(sentence).toContain(`(40.0): ${first}; ${second} (`);
  expect(sentence.length).toBeLessThanOrEqual(COMPONENT_SENTENCE_MAX_CHARS);
});

const REASONS: readonly MissingReason[] = ["too_short", "no_activity", "stale_input", "not_provided"];

it.each(ALL_COMPONENTS)("the sentence about $component without data fits, whatever its rules lack", (definition) => {
  const lengths = Array.from({ length: REASONS.length ** definition.rules.length }, (_, number) => {
    const rules = definition.rules.map((rule, index): EvaluatedRule => {
      const reason = REASONS[Math.floor(number / REASONS.length ** index) % REASONS.length] ?? "too_short";
      return { rule, weight: rule.weight, outcomes: [], signal: null, reason };
    });
    return interpretComponent({ definition, weight: definition.weight, rules, signal: null, reason: "too_short" })
      .length;
  });
  expect(Math.max(...lengths)).toBeLessThanOrEqual(COMPONENT_SENTENCE_MAX_CHARS);
});

it("the longest sentences about a score fit", () => {
  const lengths = Array.from({ length: 3 ** COMPONENTS.length * 2 ** COMPONENTS.length }, (_, number) => {
    const digit = (index: number) => Math.floor(number / 6 ** index) % 6;
    const contributions = Object.fromEntries(
      COMPONENTS.map((name, index) => [name, ((digit(index) % 3) - 1) / 10]),
    ) as Record<ComponentName, number>;
    const components = ALL_COMPONENTS.map(({ component, weight }, index) => ({
      component,
      weight,
      contribution: 0,
      signal: digit(index) < 3 ? null : 0.1,
      score: null,
      reason: null,
      rules: [],
      interpretation: "",
    }));
    // Without any data there is no score to speak of.
    if (components.every(({ signal }) => signal === null)) {
      return 0;
    }
    const factors = { coverage: 0.11, freshness: 0.1, consensus: 0.11, quality: 0.11 };
    const { overall, actionableInsights } = interpretScore(
      { symbol: `${"X".repeat(28)}USDT`, components, reliability: 0.12, reliabilityFactors: factors },
      { score: 44.96, contributions, averagedMs: 8e5, afterGap: true },
    );
    return Math.max(overall.length, actionableInsights.length);
  });
  expect(Math.max(...lengths)).toBeLessThanOrEqual(SUMMARY_MAX_CHARS);
});
