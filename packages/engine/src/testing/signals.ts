import type { SymbolAnalysis } from "../domain/symbol-analysis.ts";

export interface NamedSignal {
  /** "orderflow", "orderflow.cvd", "technical.rsi.1m", or "W". */
  readonly path: string;
  readonly signal: number | null;
  readonly reason: string | null;
  readonly eventBased: boolean;
}

/** Every signal of an analysis: W, components, rules, timeframes. What rests on an event rule is marked so. */
export function signalsOf(analysis: SymbolAnalysis): readonly NamedSignal[] {
  const { weightedSignal, components, reason } = analysis;
  return [
    { path: "W", signal: weightedSignal, reason, eventBased: true },
    ...components.flatMap(({ component, signal, reason: why, rules }) => [
      { path: component, signal, reason: why, eventBased: rules.some(({ eventBased }) => eventBased) },
      ...rules.flatMap((rule) => [
        { path: `${component}.${rule.rule}`, signal: rule.signal, reason: rule.reason, eventBased: rule.eventBased },
        ...rule.timeframes.map((leaf) => ({
          path: `${component}.${rule.rule}.${leaf.timeframe}`,
          signal: leaf.signal,
          reason: leaf.reason,
          eventBased: rule.eventBased,
        })),
      ]),
    ]),
  ];
}

/** Signals by path, for comparing two analyses; null signals are their reason. */
export function signalTable(analysis: SymbolAnalysis): Readonly<Record<string, number | string | null>> {
  return Object.fromEntries(signalsOf(analysis).map(({ path, signal, reason }) => [path, signal ?? reason]));
}
