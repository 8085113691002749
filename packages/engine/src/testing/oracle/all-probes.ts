import { dwellProbes, figuresProbes, regimeProbes, relativeProbes } from "./market-probes.ts";
import { deepMarket, edgeMarkets } from "./markets.ts";
import { againstBitcoinProbes, outlookProbes } from "./outlook-probes.ts";
import { marketProbe, type Probe } from "./probes.ts";
import { ratingProbes } from "./rating-probes.ts";
import { aheadProbe, changeProbes, foldProbes, wordsProbes } from "./score-probes.ts";

/** What holds the constants of the method, the cheapest first. */
export function allProbes(): readonly Probe[] {
  return [
    ...wordsProbes(),
    ...foldProbes(),
    aheadProbe(),
    ...ratingProbes(),
    ...changeProbes(),
    ...relativeProbes(),
    ...outlookProbes(),
    ...againstBitcoinProbes(),
    ...figuresProbes(),
    ...regimeProbes(),
    ...dwellProbes(),
    ...[0, 1, 2, 4, 5, 6, 7, 8].map((seed) => marketProbe(`market ${seed}`, deepMarket(seed))),
    ...edgeMarkets().map((market, i) => marketProbe(`edge ${i}`, market)),
  ];
}
