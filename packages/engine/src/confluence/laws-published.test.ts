import { generateMarket } from "@pulseboard/testing/generated-market";
import { createRandom } from "@pulseboard/testing/random";
import { expect } from "vitest";
import { COMPONENTS, type SymbolAnalysis } from "../domain/symbol-analysis.ts";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { nudgeSomething } from "../testing/nudge.ts";
import { highestPrice, reflectMarket } from "../testing/reflect.ts";
import { scaleMarket } from "../testing/scale.ts";
import { foldScore, type PublishedScore } from "./published-score.ts";
import { scoreSymbol } from "./score-symbol.ts";

const NOW_MS = 1_750_000_000_000;

/** Two scores of now, some time apart, as they are published. */
interface Story {
  readonly before: SymbolInputs;
  readonly sinceMs: number;
}

function storyOf(seed: number): Story {
  const shape = { candles: 120, trades: 60, levels: 40 };
  return { before: generateMarket({ seed, ...shape }), sinceMs: createRandom(seed).below(3_600_000) };
}

function publish(now: SymbolAnalysis, { before, sinceMs }: Story): PublishedScore {
  const first = foldScore(scoreSymbol(before), NOW_MS - sinceMs, null);
  const published = foldScore(now, NOW_MS, first?.average ?? null);
  if (published === null || published.contributions.before === null) {
    throw new Error("markets of this law are folded");
  }
  return published;
}

/** A law of the published score, in markets that know enough to have one. */
function describePublished(
  name: string,
  runs: number,
  check: (market: SymbolInputs, seed: number, now: SymbolAnalysis) => void,
): void {
  describeLaw(name, runs, (market, seed) => {
    const now = scoreSymbol(market);
    if (foldScore(now, NOW_MS, null) !== null) {
      check(market, seed, now);
    }
  });
}

/** An analysis in which one component pushes up more. */
function raised(analysis: SymbolAnalysis, index: number, by: number): SymbolAnalysis {
  const components = analysis.components.map((component, i) =>
    i === index ? { ...component, contribution: component.contribution + by } : component,
  );
  return { ...analysis, components };
}

describePublished("law 1 holds for the published score", 10, (_market, seed, now) => {
  const { score, weightedSignal, contributions } = publish(now, storyOf(seed));
  expect(Math.abs(weightedSignal)).toBeLessThanOrEqual(1);
  expect(score >= 0 && score <= 100).toBe(true);
  for (const component of COMPONENTS) {
    const two = [contributions.before?.[component] ?? Number.NaN, contributions.now[component]];
    const after = contributions.after[component];
    expect(after).toBeGreaterThanOrEqual(Math.min(...two) - 1e-15);
    expect(after).toBeLessThanOrEqual(Math.max(...two) + 1e-15);
  }
});

describePublished(
  "law 2 holds for the published score, when the average before is mirrored too",
  10,
  (market, seed, now) => {
    const mirror = (inputs: SymbolInputs) => reflectMarket(inputs, highestPrice(inputs));
    const story = storyOf(seed);
    const own = publish(now, story);
    const mirrored = publish(scoreSymbol(mirror(market)), { ...story, before: mirror(story.before) });
    expect(Math.abs(own.weightedSignal + mirrored.weightedSignal)).toBeLessThanOrEqual(1e-9);
    expect(own.score + mirrored.score).toBeCloseTo(100, 6);
  },
);

describePublished(
  "law 3 holds for the published score, when the average before is scaled too",
  8,
  (market, seed, now) => {
    const story = storyOf(seed);
    const own = publish(now, story);
    const published = (scale: Parameters<typeof scaleMarket>[1]) =>
      publish(scoreSymbol(scaleMarket(market, scale)), { ...story, before: scaleMarket(story.before, scale) });
    const power = 2 ** ((seed % 21) - 10);
    for (const scale of [{ prices: power }, { quantities: power }]) {
      expect(published(scale).score).toBe(own.score);
    }
    const factor = 10 ** (((seed % 1000) / 1000) * 6 - 3);
    for (const scale of [{ prices: factor }, { quantities: factor }]) {
      expect(Math.abs(published(scale).score - own.score)).toBeLessThan(1e-6);
    }
  },
);

describePublished(
  "law 7 holds for the published score: it moves by no more than its share of now",
  8,
  (market, seed, now) => {
    const story = storyOf(seed);
    const nudged = scoreSymbol(nudgeSomething(market, createRandom(seed)).market);
    const moved = Math.abs((nudged.weightedSignal ?? Number.NaN) - (now.weightedSignal ?? Number.NaN));
    const share = 1 - 0.5 ** (story.sinceMs / 600_000);
    const published = publish(nudged, story).weightedSignal - publish(now, story).weightedSignal;
    expect(Math.abs(published)).toBeLessThanOrEqual(share * moved + 1e-14);
  },
);

describePublished(
  "law 8 holds for the published score: what pushes up more never lowers it",
  8,
  (_market, seed, now) => {
    const story = storyOf(seed);
    const before = scoreSymbol(story.before);
    const own = publish(now, story);
    const random = createRandom(seed);
    const index = random.below(COMPONENTS.length);
    const by = 0.1 * random.uniform();
    expect(publish(raised(now, index, by), story).score).toBeGreaterThanOrEqual(own.score);
    const average = foldScore(raised(before, index, by), NOW_MS - story.sinceMs, null)?.average ?? null;
    expect(foldScore(now, NOW_MS, average)?.score).toBeGreaterThanOrEqual(own.score);
  },
);
