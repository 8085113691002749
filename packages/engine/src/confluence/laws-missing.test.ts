import { createRandom } from "@pulseboard/testing/random";
import { expect } from "vitest";
import { withoutInput } from "../checks/check-inputs.ts";
import { INPUT_PATHS } from "../domain/engine-input-error.ts";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { makeNasty } from "../testing/nasty-markets.ts";
import { type EvaluatedComponent, evaluateComponent } from "./evaluate.ts";
import { reliabilityOf } from "./reliability.ts";
import { missing } from "./rule-outcome.ts";
import { ALL_COMPONENTS } from "./score-symbol.ts";
import { viewSymbol } from "./symbol-view.ts";

/** Removals of inputs and of leaves in one market; each begins with the market as it is or as the ones before have left it. */
const REMOVALS = 40;

function evaluated(market: SymbolInputs) {
  const symbol = viewSymbol(market);
  return { symbol, components: ALL_COMPONENTS.map((component) => evaluateComponent(component, symbol)) };
}

function reliabilityAt(market: SymbolInputs): number {
  const { symbol, components } = evaluated(market);
  return reliabilityOf(components, symbol).reliability;
}

/** The components without one leaf, a rule or a rule on a timeframe, counted over all of them. */
function withoutLeaf(components: readonly EvaluatedComponent[], leaf: number): readonly EvaluatedComponent[] {
  let index = 0;
  return components.map((component) => ({
    ...component,
    rules: component.rules.map((rule) => ({
      ...rule,
      outcomes: rule.outcomes.map((part) => (index++ === leaf ? { ...part, outcome: missing("not_provided") } : part)),
    })),
  }));
}

describeLaw("law 4: removing an input never raises reliability", 20, (market, seed) => {
  const random = createRandom(seed);
  let left = makeNasty(market, seed);
  let before = reliabilityAt(left);
  for (let n = 0; n < REMOVALS; n++) {
    const path = INPUT_PATHS[random.below(INPUT_PATHS.length)] ?? "ticker";
    const without = withoutInput(left, path);
    const after = reliabilityAt(without);
    expect(after, `without ${path}`).toBeLessThanOrEqual(before);
    [left, before] = random.below(3) === 0 ? [without, after] : [left, before];
  }
});

describeLaw("law 4: removing a leaf never raises reliability", 20, (market, seed) => {
  const random = createRandom(seed);
  const { symbol, components } = evaluated(makeNasty(market, seed));
  const leaves = components.flatMap(({ rules }) => rules.flatMap(({ outcomes }) => outcomes)).length;
  let left: readonly EvaluatedComponent[] = components;
  let before = reliabilityOf(left, symbol).reliability;
  for (let n = 0; n < REMOVALS; n++) {
    const leaf = random.below(leaves);
    const without = withoutLeaf(left, leaf);
    const after = reliabilityOf(without, symbol).reliability;
    expect(after, `without leaf ${leaf}`).toBeLessThanOrEqual(before);
    [left, before] = random.below(3) === 0 ? [without, after] : [left, before];
  }
});
