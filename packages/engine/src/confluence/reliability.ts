import type { Book } from "../domain/market-data.ts";
import type { ReliabilityFactors } from "../domain/symbol-analysis.ts";
import { at } from "../indicators/columns.ts";
import { type EvaluatedComponent, knownWeight } from "./evaluate.ts";
import { weightOfComponent } from "./explain.ts";
import type { SymbolView } from "./symbol-view.ts";

const SPREAD_SCALE_BP = 5;
const DEPTH_WITHIN_BP = 10;
const DEPTH_SCALE_USD = 100_000;
/** Quality with the widest spread and no depth at all. */
const QUALITY_FLOOR = 0.3;

/** How far to trust the score, 0..1: coverage * freshness * (.5 + .5 consensus) * quality. */
export function reliabilityOf({ coverage, freshness, consensus, quality }: ReliabilityFactors): number {
  return coverage * freshness * (0.5 + 0.5 * consensus) * quality;
}

/** The four factors, each 0..1. None of them moves the score. */
export function reliabilityFactors(
  components: readonly EvaluatedComponent[],
  weightedSignal: number | null,
  symbol: SymbolView,
): ReliabilityFactors {
  let known = 0;
  let knownAndFresh = 0;
  for (const { definition, rules } of components) {
    for (const { rule, outcomes } of rules) {
      const totalWeight = outcomes.reduce((sum, { weight }) => sum + weight, 0);
      for (const { weight, outcome, fresh } of outcomes) {
        if (!outcome.known) {
          continue;
        }
        const shareOfAll = (definition.weight * rule.weight * weight) / totalWeight;
        known += shareOfAll;
        if (fresh) {
          knownAndFresh += shareOfAll;
        }
      }
    }
  }
  return {
    coverage: Math.min(1, known),
    freshness: known === 0 ? 0 : knownAndFresh / known,
    consensus: weightedSignal === null ? 0 : Math.exp(-2 * disagreement(components, weightedSignal)),
    quality: quality(symbol),
  };
}

/** The weighted variance of the components' signals. */
function disagreement(components: readonly EvaluatedComponent[], centre: number): number {
  const parts = components.map(weightOfComponent);
  let sum = 0;
  for (const { weight, signal } of parts) {
    if (signal !== null) {
      sum += weight * (signal - centre) ** 2;
    }
  }
  return sum / knownWeight(parts);
}

/**
 * How well the symbol can be traded, from the spread and the depth of its book. Without a book of two sides it is the worst
 * case, so that missing data never makes a score look more reliable.
 */
function quality({ book }: SymbolView): number {
  const spreadBp = book.known ? spreadOf(book.value) : null;
  if (!book.known || spreadBp === null) {
    return QUALITY_FLOOR;
  }
  const depthUsd = depthNearMid(book.value);
  const tightness = 1 / (1 + (spreadBp / SPREAD_SCALE_BP) ** 2);
  return QUALITY_FLOOR + (1 - QUALITY_FLOOR) * tightness * (depthUsd / (depthUsd + DEPTH_SCALE_USD));
}

/** In basis points of the mid price; null for an empty or crossed book. */
function spreadOf({ bidPrice, askPrice }: Book): number | null {
  const [bid, ask] = [at(bidPrice, 0), at(askPrice, 0)];
  return bid > 0 && ask > bid ? ((ask - bid) / ((ask + bid) / 2)) * 10_000 : null;
}

/** USD on both sides within 10 bp of the mid price, or on the whole of a book that ends nearer. */
function depthNearMid(book: Book): number {
  const mid = (at(book.bidPrice, 0) + at(book.askPrice, 0)) / 2;
  const reach = (mid * DEPTH_WITHIN_BP) / 10_000;
  const side = (price: Float64Array, quantity: Float64Array) => {
    let usd = 0;
    for (let i = 0; i < price.length && Math.abs(at(price, i) - mid) <= reach; i++) {
      usd += at(price, i) * at(quantity, i);
    }
    return usd;
  };
  return side(book.bidPrice, book.bidQuantityBase) + side(book.askPrice, book.askQuantityBase);
}
