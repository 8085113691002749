/** How the method makes published scores, written again from docs/methodology.md. */
import type { AnalysisDocument } from "@pulseboard/snapshot";

export type Contributions = NonNullable<AnalysisDocument["contributions"]>["now"];

const STRETCH = 1.8;
const HALF_LIFE_MS = 600_000;

/** @param w -1..1 */
export function scoreOf(w: number): number {
  return 50 + (50 * Math.tanh(STRETCH * w)) / Math.tanh(STRETCH);
}

/** W behind a score; NaN beyond 0 and 100. */
export function signalOf(score: number): number {
  return Math.atanh(((score - 50) / 50) * Math.tanh(STRETCH)) / STRETCH;
}

export function sumOf(contributions: Contributions): number {
  return Object.values(contributions).reduce((sum, each) => sum + each, 0);
}

/** @param sinceMs market time from `before` to `now` */
export function averageOf(before: Contributions, now: Contributions, sinceMs: number): Contributions {
  const share = 0.5 ** (sinceMs / HALF_LIFE_MS);
  const entries = Object.entries(before).map(([name, value]) => [
    name,
    share * value + (1 - share) * now[name as keyof Contributions],
  ]);
  return Object.fromEntries(entries) as Contributions;
}
