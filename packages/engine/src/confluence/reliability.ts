import type { Book } from "../domain/market-data.ts";
import type { ReliabilityFactors } from "../domain/symbol-analysis.ts";
import { at } from "../indicators/columns.ts";
import type { EvaluatedComponent } from "./evaluate.ts";
import type { SymbolView } from "./symbol-view.ts";

export const RELIABILITY = {
  /** Share of the variance of signals that consensus loses. Their variance is at most 1. */
  varianceShare: 0.5,
  spreadScaleBp: 5,
  depthScaleUsd: 100_000,
  /** A level counts in full up to this distance from mid, and falling linearly to nothing at the other. */
  fullDepthBp: 5,
  noDepthBp: 15,
  /** Quality with the widest spread and no depth at all. */
  qualityFloor: 0.3,
};

/** How far to trust a score, 0..1, with its four factors, each 0..1. None of them moves the score. */
export interface Reliability {
  /** coverage * freshness * consensus * quality. */
  readonly reliability: number;
  readonly factors: ReliabilityFactors;
}

/**
 * Reliability over the leaves of the score, which are rules or rules on a timeframe, each with its nominal weight.
 * - coverage: the weight of the known leaves; all together weigh 1
 * - freshness: the share of that weight whose inputs are fresh
 * - consensus: sqrt(1 - V / 2), with V the weighted variance of the signals of the fresh leaves
 *
 * The square of coverage * freshness * consensus is the sum over all pairs of fresh leaves, of a leaf with itself too, of
 * w_i w_j (1 - (s_i - s_j)^2 / 4). To remove leaves is to drop terms that are not negative: missing data never raises it.
 */
export function reliabilityOf(components: readonly EvaluatedComponent[], symbol: SymbolView): Reliability {
  const { known, fresh, variance } = weighLeaves(components);
  const consensus = fresh === 0 ? 0 : Math.sqrt(1 - RELIABILITY.varianceShare * variance);
  const quality = qualityOf(symbol);
  return {
    // Not the product of the rounded factors, whose last bit could rise when an old input goes missing.
    reliability: fresh * consensus * quality,
    factors: { coverage: known, freshness: known === 0 ? 0 : fresh / known, consensus, quality },
  };
}

interface LeafWeights {
  readonly known: number;
  readonly fresh: number;
  /** Of the signals of the fresh leaves, 0..1. */
  readonly variance: number;
}

function weighLeaves(components: readonly EvaluatedComponent[]): LeafWeights {
  let known = 0;
  let fresh = 0;
  let mean = 0;
  let squares = 0;
  for (const { definition, rules } of components) {
    for (const { rule, outcomes } of rules) {
      for (const { weight, outcome, fresh: isFresh } of outcomes) {
        if (!outcome.known) {
          continue;
        }
        const share = definition.weight * rule.weight * weight;
        known += share;
        if (isFresh) {
          // West's update of a weighted mean and variance (1979), which subtracts no large sums.
          fresh += share;
          const away = outcome.signal - mean;
          mean += (share / fresh) * away;
          squares += share * away * (outcome.signal - mean);
        }
      }
    }
  }
  return {
    known: Math.min(1, known),
    fresh: Math.min(1, fresh),
    variance: fresh === 0 ? 0 : Math.min(1, squares / fresh),
  };
}

/**
 * How well the symbol can be traded, from the spread and the depth of its book. Without a book of two sides it is the worst
 * case, so that missing data never makes a score look more reliable.
 */
function qualityOf({ book }: SymbolView): number {
  const { qualityFloor, spreadScaleBp, depthScaleUsd } = RELIABILITY;
  const spreadBp = book.known ? spreadOf(book.value) : null;
  if (!book.known || spreadBp === null) {
    return qualityFloor;
  }
  const depthUsd = depthNearMid(book.value);
  const tightness = 1 / (1 + (spreadBp / spreadScaleBp) ** 2);
  return qualityFloor + (1 - qualityFloor) * tightness * (depthUsd / (depthUsd + depthScaleUsd));
}

/** In basis points of the mid price; null for an empty or crossed book. */
function spreadOf({ bidPrice, askPrice }: Book): number | null {
  const [bid, ask] = [at(bidPrice, 0), at(askPrice, 0)];
  return bid > 0 && ask > bid ? ((ask - bid) / ((ask + bid) / 2)) * 10_000 : null;
}

/** USD on both sides near the mid price, with weights that fall with the distance, so that no level counts all or nothing. */
function depthNearMid({ bidPrice, bidQuantityBase, askPrice, askQuantityBase }: Book): number {
  const mid = (at(bidPrice, 0) + at(askPrice, 0)) / 2;
  return sideNear(mid, bidPrice, bidQuantityBase) + sideNear(mid, askPrice, askQuantityBase);
}

function sideNear(mid: number, price: Float64Array, quantity: Float64Array): number {
  const { fullDepthBp, noDepthBp } = RELIABILITY;
  let usd = 0;
  for (let i = 0; i < price.length; i++) {
    const awayBp = (Math.abs(at(price, i) - mid) / mid) * 10_000;
    if (awayBp >= noDepthBp) {
      break;
    }
    const share = Math.min(1, (noDepthBp - awayBp) / (noDepthBp - fullDepthBp));
    usd += share * at(price, i) * at(quantity, i);
  }
  return usd;
}
