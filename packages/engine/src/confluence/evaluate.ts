import type { MissingReason, Timeframe } from "../domain/symbol-inputs.ts";
import { TIMEFRAMES } from "../domain/symbol-inputs.ts";
import type { ComponentRules, Rule, TimeframeWeights } from "./component-rules.ts";
import { clampSignal, type Finding } from "./finding.ts";
import type { SymbolView } from "./symbol-view.ts";

/** One finding of a rule: the only one, or that of a timeframe. */
export interface Leaf {
  readonly timeframe: Timeframe | null;
  /** Share within the rule as the method states it. */
  readonly weight: number;
  readonly finding: Finding;
  /** Whether every input that it rests on is fresh. */
  readonly fresh: boolean;
}

export interface EvaluatedRule {
  readonly rule: Rule;
  readonly leaves: readonly Leaf[];
  readonly signal: number | null;
  /** Why the signal is null: the reason of the weightiest finding. */
  readonly reason: MissingReason | null;
}

export interface EvaluatedComponent {
  readonly definition: ComponentRules;
  readonly rules: readonly EvaluatedRule[];
  readonly signal: number | null;
  readonly reason: MissingReason | null;
}

/** Applies the rules of a component; what has no data is left out of the weighted means, never filled. */
export function evaluateComponent(definition: ComponentRules, symbol: SymbolView): EvaluatedComponent {
  const rules = definition.rules.map((rule) => evaluateRule(rule, definition.timeframeWeights, symbol));
  const signal = weightedSignal(rules.map((result) => ({ weight: result.rule.weight, signal: result.signal })));
  return { definition, rules, signal, reason: signal === null ? (rules[0]?.reason ?? "not_provided") : null };
}

function evaluateRule(rule: Rule, timeframeWeights: TimeframeWeights, symbol: SymbolView): EvaluatedRule {
  const leaves =
    rule.per === "symbol"
      ? [{ timeframe: null, weight: 1, finding: rule.find(symbol), fresh: rule.inputs.every(symbol.fresh) }]
      : TIMEFRAMES.flatMap((timeframe): Leaf[] => {
          const weight = timeframeWeights[timeframe];
          if (weight === undefined) {
            return [];
          }
          const view = symbol.timeframes[timeframe];
          const finding = view.known ? rule.find(view) : view;
          return [{ timeframe, weight, finding, fresh: symbol.fresh(`candles_${timeframe}`) }];
        });
  const signal = weightedSignal(leaves.map(({ weight, finding }) => ({ weight, signal: signalOf(finding) })));
  const first = leaves[0]?.finding;
  const reason = first === undefined || first.known ? "not_provided" : first.reason;
  return { rule, leaves, signal, reason: signal === null ? reason : null };
}

export function signalOf(finding: Finding): number | null {
  return finding.known ? finding.signal : null;
}

/** A weight and a signal that may be missing. */
export interface WeightedSignal {
  readonly weight: number;
  readonly signal: number | null;
}

/** Mean of the signals that are there, weights renormalised over them; null without any. */
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

/** Sum of the weights whose signal is there. */
export function knownWeight(parts: readonly WeightedSignal[]): number {
  let total = 0;
  for (const { weight, signal } of parts) {
    if (signal !== null) {
      total += weight;
    }
  }
  return total;
}
