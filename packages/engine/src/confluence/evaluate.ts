import type { MissingReason, Timeframe } from "../domain/symbol-inputs.ts";
import { TIMEFRAMES } from "../domain/symbol-inputs.ts";
import type { ComponentRules, Rule, TimeframeWeights } from "./component-rules.ts";
import { clampSignal, type RuleOutcome } from "./rule-outcome.ts";
import type { SymbolView } from "./symbol-view.ts";

/** The outcome of a rule on one timeframe, or its only one, with its weight within the rule. */
export interface WeightedOutcome {
  /** Null for a rule of the whole symbol. */
  readonly timeframe: Timeframe | null;
  /** Share within the rule, as the method states it. */
  readonly weight: number;
  readonly outcome: RuleOutcome;
  /** Every input behind the outcome is fresh. */
  readonly fresh: boolean;
}

export interface EvaluatedRule {
  readonly rule: Rule;
  readonly outcomes: readonly WeightedOutcome[];
  readonly signal: number | null;
  /** Why the signal is null: the reason of the outcome with the largest weight. */
  readonly reason: MissingReason | null;
}

export interface EvaluatedComponent {
  readonly definition: ComponentRules;
  readonly rules: readonly EvaluatedRule[];
  readonly signal: number | null;
  readonly reason: MissingReason | null;
}

/** Applies the rules of a component. A rule without data is left out of the weighted mean, and never filled in. */
export function evaluateComponent(definition: ComponentRules, symbol: SymbolView): EvaluatedComponent {
  const rules = definition.rules.map((rule) => evaluateRule(rule, definition.timeframeWeights, symbol));
  const signal = weightedSignal(rules.map((result) => ({ weight: result.rule.weight, signal: result.signal })));
  return { definition, rules, signal, reason: signal === null ? (rules[0]?.reason ?? "not_provided") : null };
}

function evaluateRule(rule: Rule, timeframeWeights: TimeframeWeights, symbol: SymbolView): EvaluatedRule {
  const outcomes =
    rule.per === "symbol"
      ? [{ timeframe: null, weight: 1, outcome: rule.evaluate(symbol), fresh: rule.inputs.every(symbol.fresh) }]
      : TIMEFRAMES.flatMap((timeframe): WeightedOutcome[] => {
          const weight = timeframeWeights[timeframe];
          if (weight === undefined) {
            return [];
          }
          const view = symbol.timeframes[timeframe];
          const outcome = view.known ? rule.evaluate(view) : view;
          return [{ timeframe, weight, outcome, fresh: symbol.fresh(`candles_${timeframe}`) }];
        });
  const signal = weightedSignal(outcomes.map(({ weight, outcome }) => ({ weight, signal: signalOf(outcome) })));
  const first = outcomes[0]?.outcome;
  const reason = first === undefined || first.known ? "not_provided" : first.reason;
  return { rule, outcomes, signal, reason: signal === null ? reason : null };
}

export function signalOf(outcome: RuleOutcome): number | null {
  return outcome.known ? outcome.signal : null;
}

/** A weight with its signal; null when the signal is missing. */
export interface WeightedSignal {
  readonly weight: number;
  readonly signal: number | null;
}

/** The weighted mean of the known signals, with the weights renormalised over them; null when none is known. */
export function weightedSignal(parts: readonly WeightedSignal[]): number | null {
  const total = knownWeight(parts);
  if (total === 0) {
    return null;
  }
  let sum = 0;
  for (const { weight, signal } of parts) {
    if (signal !== null) {
      sum += weight * signal;
    }
  }
  return clampSignal(sum / total);
}

/** The sum of the weights whose signal is known. */
export function knownWeight(parts: readonly WeightedSignal[]): number {
  let total = 0;
  for (const { weight, signal } of parts) {
    if (signal !== null) {
      total += weight;
    }
  }
  return total;
}
