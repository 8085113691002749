import type { MissingReason, Timeframe } from "../domain/symbol-inputs.ts";
import { TIMEFRAMES } from "../domain/symbol-inputs.ts";
import type { ComponentRules, Rule } from "./component-rules.ts";
import { clampSignal, type MissingData, type RuleOutcome } from "./rule-outcome.ts";
import type { SymbolView } from "./symbol-view.ts";
import type { TimeframeView } from "./timeframe-view.ts";

/** A weight with its signal; null when the signal is missing. */
export interface WeightedSignal {
  /** Share within its parent, as the method states it. */
  readonly weight: number;
  readonly signal: number | null;
}

/** The outcome of a rule on one timeframe, or its only one, with its weight within the rule. */
export interface WeightedOutcome extends WeightedSignal {
  /** Null for a rule of the whole symbol. */
  readonly timeframe: Timeframe | null;
  readonly outcome: RuleOutcome;
  /** Every input behind the outcome is fresh. */
  readonly fresh: boolean;
}

export interface EvaluatedRule extends WeightedSignal {
  readonly rule: Rule;
  readonly outcomes: readonly WeightedOutcome[];
  /** Why the signal is null: the reason of the outcome with the largest weight. */
  readonly reason: MissingReason | null;
}

export interface EvaluatedComponent extends WeightedSignal {
  readonly definition: ComponentRules;
  readonly rules: readonly EvaluatedRule[];
  readonly reason: MissingReason | null;
}

/** Applies the rules of a component. A rule without data is left out of the weighted mean, and never filled in. */
export function evaluateComponent(definition: ComponentRules, symbol: SymbolView): EvaluatedComponent {
  const timeframes = timeframesOf(definition, symbol);
  const rules = definition.rules.map((rule) => evaluateRule(rule, timeframes, symbol));
  const signal = weightedSignal(rules);
  const reason = signal === null ? (rules[0]?.reason ?? "not_provided") : null;
  return { definition, rules, weight: definition.weight, signal, reason };
}

interface WeightedTimeframe {
  readonly timeframe: Timeframe;
  readonly weight: number;
  readonly view: TimeframeView | MissingData;
  readonly fresh: boolean;
}

/** The timeframes that count in the component. */
function timeframesOf({ timeframeWeights }: ComponentRules, symbol: SymbolView): readonly WeightedTimeframe[] {
  return TIMEFRAMES.flatMap((timeframe) => {
    const weight = timeframeWeights[timeframe];
    const view = symbol.timeframes[timeframe];
    return weight === undefined ? [] : [{ timeframe, weight, view, fresh: symbol.fresh(`candles_${timeframe}`) }];
  });
}

function evaluateRule(rule: Rule, timeframes: readonly WeightedTimeframe[], symbol: SymbolView): EvaluatedRule {
  const outcomes =
    rule.per === "symbol"
      ? [weigh(rule.evaluate(symbol), 1, null, rule.inputs.every(symbol.fresh))]
      : timeframes.map(({ timeframe, weight, view, fresh }) =>
          weigh(view.known ? rule.evaluate(view) : view, weight, timeframe, fresh),
        );
  const signal = weightedSignal(outcomes);
  const first = outcomes[0]?.outcome;
  const reason = first === undefined || first.known ? "not_provided" : first.reason;
  return { rule, outcomes, weight: rule.weight, signal, reason: signal === null ? reason : null };
}

function weigh(outcome: RuleOutcome, weight: number, timeframe: Timeframe | null, fresh: boolean): WeightedOutcome {
  return { timeframe, weight, signal: outcome.known ? outcome.signal : null, outcome, fresh };
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
