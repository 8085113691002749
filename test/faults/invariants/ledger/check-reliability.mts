import type { AnalysisDocument } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import { leavesOf } from "./method-weights.mts";
import { total } from "./own-indicators.mts";

/** Four decimals are shown, and the signals of six that they rest on move them by less than this. */
const SHOWN_WITHIN = 0.6e-4;
/** That of the product of the four: each is rounded. */
const PRODUCT_WITHIN = 2e-4;

type Analysis = Pick<AnalysisDocument, "symbol" | "components" | "inputs" | "reliability" | "reliability_factors">;

/** Coverage, freshness and consensus follow from the document's own leaves, and reliability is the product of the four factors. */
export function checkReliability(analysis: Analysis): readonly Mismatch[] {
  const { symbol, reliability, reliability_factors: factors } = analysis;
  const known = leavesOf(analysis).flatMap(({ signal, ...leaf }) => (signal === null ? [] : [{ ...leaf, signal }]));
  const fresh = known.filter(({ isFresh }) => isFresh);
  const [ofKnown, ofFresh] = [known, fresh].map((leaves) => total(leaves.map(({ weight }) => weight))) as [
    number,
    number,
  ];
  const mean = total(fresh.map(({ weight, signal }) => weight * signal)) / ofFresh;
  const variance = total(fresh.map(({ weight, signal }) => weight * (signal - mean) ** 2)) / ofFresh;
  const expected: readonly (readonly [name: keyof typeof factors, exact: number])[] = [
    ["coverage", ofKnown],
    ["freshness", ofKnown === 0 ? 0 : ofFresh / ofKnown],
    ["consensus", ofFresh === 0 ? 0 : Math.sqrt(1 - variance / 2)],
  ];
  const product = factors.coverage * factors.freshness * factors.consensus * factors.quality;
  return [
    ...expected
      .filter(([name, exact]) => Math.abs(factors[name] - exact) > SHOWN_WITHIN)
      .map(([name, exact]) => `${name} is ${factors[name]}, and its leaves give ${exact}`),
    ...(Math.abs(reliability - product) > PRODUCT_WITHIN
      ? [`reliability is ${reliability}, and its factors give ${product}`]
      : []),
  ].map((text) => `analysis of ${symbol}: ${text}`);
}
