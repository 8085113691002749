import { generateMarket } from "@pulseboard/testing/generated-market";
import { createRandom } from "@pulseboard/testing/random";
import { expect, it } from "vitest";
import { mapInput } from "../testing/reflect.ts";
import { createCoverageWalk } from "./covered-spans.ts";
import { scoreSymbol } from "./score-symbol.ts";

it("says of each pair of moments whether a gap lies between them", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed);
    const isKnown = Array.from({ length: 60 }, () => random.uniform() < 0.8);
    const spans = isKnown.flatMap((known, ms) => (known ? [{ fromMs: ms, toMs: ms }] : []));
    const isCovered = createCoverageWalk(spans);
    const times = Array.from({ length: 20 }, () => random.below(60)).sort((a, b) => a - b);
    for (const [i, later] of times.entries()) {
      const earlier = times[i - 1] ?? later;
      expect(isCovered(earlier, later), `${seed}: ${earlier} to ${later}`).toBe(
        isKnown.slice(earlier, later + 1).every(Boolean),
      );
    }
  }
});

it("spans that touch are one: the score is the same", () => {
  const market = generateMarket({ seed: 5, candles: 150, trades: 400, levels: 20 });
  const from = market.nowMs - 900_000;
  const withCoverage = (coverage: readonly { fromMs: number; toMs: number }[]) =>
    scoreSymbol({ ...market, trades: mapInput(market.trades, (trades) => ({ ...trades, coverage })) });
  const whole = withCoverage([{ fromMs: from, toMs: market.nowMs }]);
  const seconds = Array.from({ length: 900 }, (_, i) => ({ fromMs: from + 1000 * i, toMs: from + 1000 * (i + 1) }));
  expect(withCoverage(seconds)).toEqual(whole);
});
