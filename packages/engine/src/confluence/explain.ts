import type { ComponentResult, Reading, RuleResult, TimeframeResult } from "../domain/symbol-analysis.ts";
import type { Timeframe } from "../domain/symbol-inputs.ts";
import type { Rule } from "./component-rules.ts";
import {
  type EvaluatedComponent,
  type EvaluatedRule,
  knownWeight,
  type Leaf,
  signalOf,
  type WeightedSignal,
} from "./evaluate.ts";
import { capitalise, interpretComponent, ruleSentence } from "./interpret-component.ts";
import { scoreOf } from "./score.ts";

/**
 * The components with every rule's share of W. A share is the product of the renormalised weights on the way up, so that the
 * contributions of the components, of the rules and of the timeframes each add up to W.
 */
export function explainComponents(components: readonly EvaluatedComponent[]): readonly ComponentResult[] {
  const total = knownWeight(components.map(weightOfComponent));
  return components.map((component) => explainComponent(component, total));
}

export function weightOfComponent({ definition, signal }: EvaluatedComponent): WeightedSignal {
  return { weight: definition.weight, signal };
}

function explainComponent(component: EvaluatedComponent, totalWeight: number): ComponentResult {
  const { definition, signal, reason } = component;
  const share = signal === null ? 0 : definition.weight / totalWeight;
  const rulesWeight = knownWeight(
    component.rules.map(({ rule, signal: own }) => ({ weight: rule.weight, signal: own })),
  );
  return {
    component: definition.component,
    weight: definition.weight,
    contribution: share * (signal ?? 0),
    signal,
    score: signal === null ? null : scoreOf(signal),
    reason,
    rules: component.rules.map((rule) => explainRule(rule, (share * rule.rule.weight) / rulesWeight)),
    interpretation: interpretComponent(component),
  };
}

function explainRule(evaluated: EvaluatedRule, share: number): RuleResult {
  const { rule, leaves, signal } = evaluated;
  const leavesWeight = knownWeight(leaves.map(({ weight, finding }) => ({ weight, signal: signalOf(finding) })));
  return {
    ...readingOf(evaluated),
    rule: rule.rule,
    weight: rule.weight,
    contribution: signal === null ? 0 : share * signal,
    eventBased: rule.eventBased ?? false,
    timeframes: leaves.flatMap((leaf) =>
      leaf.timeframe === null
        ? []
        : [explainTimeframe(leaf, leaf.timeframe, rule, (share * leaf.weight) / leavesWeight)],
    ),
  };
}

function readingOf(evaluated: EvaluatedRule): Reading {
  const { rule, leaves, signal, reason } = evaluated;
  if (signal === null) {
    return { signal, reason: reason ?? "not_provided", figures: [], sentence: null };
  }
  const [only] = leaves;
  // The figures of a rule with timeframes are beside each timeframe.
  const figures = rule.per === "symbol" && only?.finding.known ? only.finding.figures : [];
  return { signal, reason: null, figures, sentence: ruleSentence(evaluated) };
}

function explainTimeframe(leaf: Leaf, timeframe: Timeframe, rule: Rule, share: number): TimeframeResult {
  const { finding, weight } = leaf;
  if (!finding.known) {
    return { timeframe, weight, contribution: 0, signal: null, reason: finding.reason, figures: [], sentence: null };
  }
  const label = rule.per === "timeframe" ? `${rule.label} ` : "";
  return {
    timeframe,
    weight,
    contribution: share * finding.signal,
    signal: finding.signal,
    reason: null,
    figures: finding.figures,
    sentence: capitalise(`${label}${finding.text} on ${timeframe}.`),
  };
}
