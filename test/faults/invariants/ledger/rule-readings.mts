import type { AnalysisDocument } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import { isRounded } from "./market-ledger.mts";

type Components = AnalysisDocument["components"];
type Rule = Components["technical"]["rules"][string];
/** What an analysis says of a rule, or of one of its timeframes. */
export type Reading = Pick<Rule, "signal" | "figures">;

/** What the ledger gives: null where there is not enough of it for a signal. */
export interface Expected {
  readonly signal: number;
  readonly figures: Readonly<Record<string, number>>;
}

const SIGNAL_DECIMALS = 6;
/** Figures have eight significant digits. Differences of prices lose some of their own, so that little ones get as much as that. */
const FIGURE_SHARE = 1e-7;
const FIGURE_LEAST = 1e-6;

export function ruleOf(
  { components }: Pick<AnalysisDocument, "components">,
  component: keyof Components,
  rule: string,
): Rule | undefined {
  return components[component].rules[rule];
}

/** Where a reading is not what the ledger gives. Figures that the document has beyond those expected are not looked at. */
export function compareReading(
  name: string,
  shown: Reading | undefined,
  expected: Expected | null,
): readonly Mismatch[] {
  if (shown === undefined) {
    return [`${name}: is not there`];
  }
  if (expected === null || !Number.isFinite(expected.signal)) {
    return shown.signal === null ? [] : [`${name}: signal is ${shown.signal}, and the ledger has nothing to give one`];
  }
  if (shown.signal === null) {
    return [`${name}: signal is null, and the ledger gives ${expected.signal}`];
  }
  const isSignal = isRounded(shown.signal, expected.signal, SIGNAL_DECIMALS - 0.3);
  return [
    ...(isSignal ? [] : [`${name}: signal is ${shown.signal}, and the ledger gives ${expected.signal}`]),
    ...Object.entries(expected.figures).flatMap(([figure, exact]) => {
      const value = shown.figures.find((each) => each.name === figure)?.value;
      const fits = value !== undefined && Math.abs(value - exact) <= FIGURE_SHARE * Math.abs(exact) + FIGURE_LEAST;
      return fits ? [] : [`${name}: ${figure} is ${value}, and the ledger gives ${exact}`];
    }),
  ];
}
