import { generateMarket } from "@pulseboard/testing/generated-market";
import { sliceCandles } from "../../candles/slice-candles.ts";
import type { Candles } from "../../domain/market-data.ts";
import { technicalRating } from "../../rating/technical-rating.ts";
import type { Probe } from "./probes.ts";
import { expectedRating } from "./rated-votes.ts";

/** Of each market, its ratings at so many ends, this far from one another. */
const ENDS = 24;
const APART = 6;

/** The votes, values, means and label of a rating, by name. */
export function ourRating(candles: Candles): Readonly<Record<string, unknown>> {
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

/** The ratings of markets that rise, fall and turn: the first finds each period, all of them each line that votes go by. */
export function ratingProbes(): readonly Probe[] {
  const histories = [0, 1, 2, 3, 4, 5].flatMap((seed) => {
    const { candles } = generateMarket({ seed, candles: 400, price: 3, drift: ((seed % 5) - 2) / 4, quietShare: 0.01 });
    const input = candles["30m"];
    return input.known
      ? Array.from({ length: ENDS }, (_, i) => ({
          name: `rating ${seed} ${i}`,
          candles: sliceCandles(input.value, 0, 400 - i * APART),
        }))
      : [];
  });
  return histories.map(({ name, candles }) => ({
    name,
    expected: expectedRating(candles),
    ours: () => ourRating(candles),
  }));
}
