import type { SymbolAnalysis } from "../../domain/symbol-analysis.ts";
import type { Signal } from "./candle-signals.ts";

/** The figures of an analysis by the paths of `expectedFigures`. */
export function ourFigures(analysis: SymbolAnalysis): Readonly<Record<string, Signal>> {
  const { components, weightedSignal, score, reliability, reliabilityFactors } = analysis;
  const figures: Record<string, Signal> = { W: weightedSignal, score, reliability, ...reliabilityFactors };
  for (const { component, weight, signal, contribution, rules } of components) {
    figures[component] = signal;
    figures[`${component}:weight`] = weight;
    figures[`${component}:contribution`] = contribution;
    for (const rule of rules) {
      const path = `${component}.${rule.rule}`;
      figures[path] = rule.signal;
      figures[`${path}:weight`] = rule.weight;
      for (const { timeframe, weight: own, signal: leaf } of rule.timeframes) {
        figures[`${path}.${timeframe}`] = leaf;
        figures[`${path}.${timeframe}:weight`] = own;
      }
    }
  }
  return figures;
}
