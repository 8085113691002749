import { generateMarket } from "@pulseboard/testing/generated-market";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import { describe, expect, it } from "vitest";
import { sliceCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import { TIMEFRAMES } from "../domain/symbol-inputs.ts";
import { differenceIn } from "../testing/oracle/probes.ts";
import { expectedRating } from "../testing/oracle/rated-votes.ts";
import { technicalRating } from "./technical-rating.ts";

function ourRating(candles: Candles): Readonly<Record<string, unknown>> {
  const { votes, movingAverages, oscillators, all, label } = technicalRating(candles);
  return {
    ...Object.fromEntries(
      votes.flatMap(({ indicator, vote, values }) => [
        [indicator, vote],
        ...values.map(({ value }, i) => [`${indicator} ${i}`, value]),
      ]),
    ),
    ma: movingAverages,
    other: oscillators,
    all,
    label,
  };
}

function difference(name: string, candles: Candles): string | null {
  return differenceIn({ name, expected: expectedRating(candles), ours: () => ourRating(candles) });
}

describe("the technical rating", () => {
  it("is what other code computes: each vote, its values, the means and the label", () => {
    const differences: (string | null)[] = [];
    for (let seed = 0; seed < propertyRuns({ quick: 2, thorough: 30 }); seed++) {
      const { candles } = generateMarket({
        seed,
        candles: 400,
        price: 3,
        drift: ((seed % 5) - 2) / 4,
        quietShare: 0.01,
      });
      for (const timeframe of TIMEFRAMES) {
        const input = candles[timeframe];
        for (let end = 400; input.known && end > 255; end -= 12) {
          differences.push(difference(`seed ${seed} ${timeframe} to ${end}`, sliceCandles(input.value, 0, end)));
        }
      }
    }
    expect(differences.length).toBeGreaterThan(100);
    expect(differences.filter((found) => found !== null)).toEqual([]);
  });

  it("counts an indicator from the bar on that it needs", () => {
    const input = generateMarket({ seed: 5, candles: 230, price: 3, quietShare: 0 }).candles["5m"];
    const all = input.known ? input.value : null;
    const counts = [10, 11, 12, 15, 16, 18, 20, 21, 29, 30, 34, 36, 50, 52, 100, 200];
    for (const count of counts.flatMap((needed) => [needed - 1, needed])) {
      expect(all === null ? "no candles" : difference(`${count} bars`, sliceCandles(all, 230 - count, 230))).toBeNull();
    }
  });
});
