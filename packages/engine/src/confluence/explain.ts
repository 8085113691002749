import type { ComponentResult, RuleResult, TimeframeResult } from "../domain/symbol-analysis.ts";
import type { Timeframe } from "../domain/symbol-inputs.ts";
import type { Rule } from "./component-rules.ts";
import { type EvaluatedComponent, type EvaluatedRule, knownWeight, type WeightedOutcome } from "./evaluate.ts";
import { interpretComponent, ruleSentence, sentenceStart } from "./interpret-component.ts";
import { scoreOf } from "./score.ts";

/**
 * The components with every rule's share of W. A share is the product of the renormalised weights on the way up, so that the
 * contributions of the components, of the rules and of the timeframes each add up to W.
 */
export function explainComponents(components: readonly EvaluatedComponent[]): readonly ComponentResult[] {
  const total = knownWeight(components);
  return components.map((component) => explainComponent(component, total));
}

function explainComponent(component: EvaluatedComponent, totalWeight: number): ComponentResult {
  const { definition, signal, reason } = component;
  const share = signal === null ? 0 : definition.weight / totalWeight;
  const rulesWeight = knownWeight(component.rules);
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
  const { rule, outcomes, signal, reason } = evaluated;
  const outcomesWeight = knownWeight(outcomes);
  const timeframes = areOfTimeframes(outcomes)
    ? outcomes.map((part) => explainTimeframe(part, rule, (share * part.weight) / outcomesWeight))
    : [];
  // Named one by one, not spread: V8 makes large hash tables of spread objects.
  const { weight, eventBased = false } = rule;
  if (signal === null) {
    return {
      rule: rule.rule,
      signal,
      reason: reason ?? "not_provided",
      figures: [],
      sentence: null,
      weight,
      contribution: 0,
      eventBased,
      timeframes,
    };
  }
  const [only] = outcomes;
  return {
    rule: rule.rule,
    signal,
    reason: null,
    // A rule per timeframe has its figures with each timeframe.
    figures: rule.per === "symbol" && only?.outcome.known ? only.outcome.figures : [],
    sentence: ruleSentence(evaluated),
    weight,
    contribution: share * signal,
    eventBased,
    timeframes,
  };
}

const SENTENCE_ENDS: Readonly<Record<Timeframe, string>> = {
  "1m": " on 1m.",
  "5m": " on 5m.",
  "30m": " on 30m.",
  "4h": " on 4h.",
};

interface TimeframeOutcome extends WeightedOutcome {
  readonly timeframe: Timeframe;
}

/** Not filtered into a new list: V8 gives a list that grows room for 17. */
function areOfTimeframes(outcomes: readonly WeightedOutcome[]): outcomes is readonly TimeframeOutcome[] {
  return outcomes.every(({ timeframe }) => timeframe !== null);
}

function explainTimeframe(
  { outcome, weight, timeframe }: TimeframeOutcome,
  rule: Rule,
  share: number,
): TimeframeResult {
  if (!outcome.known) {
    return { timeframe, weight, contribution: 0, signal: null, reason: outcome.reason, figures: [], sentence: null };
  }
  // A rule with timeframes has a label.
  const start = rule.per === "timeframe" ? sentenceStart(rule.label) : "";
  return {
    timeframe,
    weight,
    contribution: share * outcome.signal,
    signal: outcome.signal,
    reason: null,
    figures: outcome.figures,
    sentence: start + outcome.text + SENTENCE_ENDS[timeframe],
  };
}
