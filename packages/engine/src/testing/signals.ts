import type { SymbolAnalysis } from "../domain/symbol-analysis.ts";

export interface NamedSignal {
  /** "orderflow", "orderflow.cvd", "technical.rsi.1m", or "W". */
  readonly path: string;
  readonly signal: number | null;
  readonly reason: string | null;
  readonly eventBased: boolean;
}

/** Every signal of an analysis: W, components, rules, timeframes. Those that depend on an event rule are marked. */
export function signalsOf(analysis: SymbolAnalysis): readonly NamedSignal[] {
  const { weightedSignal, components, reason } = analysis;
  return [
    { path: "W", signal: weightedSignal, reason, eventBased: true },
    ...components.flatMap(({ component, signal, reason: why, rules }) => [
      { path: component, signal, reason: why, eventBased: rules.some(({ eventBased }) => eventBased) },
      ...rules.flatMap((rule) => [
        { path: `${component}.${rule.rule}`, signal: rule.signal, reason: rule.reason, eventBased: rule.eventBased },
        ...rule.timeframes.map((result) => ({
          path: `${component}.${rule.rule}.${result.timeframe}`,
          signal: result.signal,
          reason: result.reason,
          eventBased: rule.eventBased,
        })),
      ]),
    ]),
  ];
}

/** Signals by path, to compare two analyses; for a null signal its reason. */
export function signalTable(analysis: SymbolAnalysis): Readonly<Record<string, number | string | null>> {
  return Object.fromEntries(signalsOf(analysis).map(({ path, signal, reason }) => [path, signal ?? reason]));
}
