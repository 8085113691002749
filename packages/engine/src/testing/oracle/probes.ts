import { scoreSymbol } from "../../confluence/score-symbol.ts";
import type { SymbolInputs } from "../../domain/symbol-inputs.ts";
import { ourFigures } from "./our-figures.ts";
import { expectedFigures } from "./whole-score.ts";

/** What the engine says of something, and what other code expects it to say. */
export interface Probe {
  readonly name: string;
  readonly ours: () => Readonly<Record<string, unknown>>;
  /** Computed once; no change of a constant of the engine reaches it. */
  readonly expected: Readonly<Record<string, unknown>>;
}

export function marketProbe(name: string, market: SymbolInputs): Probe {
  return { name, ours: () => ourFigures(scoreSymbol(market)), expected: expectedFigures(market) };
}

/** The first figure in which the engine differs by more than a billionth (of 1, or of a larger figure); null for none. */
export function differenceIn({ name, ours, expected }: Probe): string | null {
  const figures = ours();
  for (const path of new Set([...Object.keys(expected), ...Object.keys(figures)])) {
    const [one, other] = [figures[path], expected[path]];
    const isNear =
      typeof one === "number" && typeof other === "number"
        ? Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other))
        : one === other;
    if (!isNear) {
      return `${name}: ${path} is ${String(one)}, expected ${String(other)}`;
    }
  }
  return null;
}
