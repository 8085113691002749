import { generateMarket } from "@pulseboard/testing/generated-market";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import { describe, expect, it } from "vitest";
import { sliceCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import type { IndicatorVote } from "../domain/symbol-analysis.ts";
import { TIMEFRAMES } from "../domain/symbol-inputs.ts";
import { differenceIn } from "../testing/oracle/probes.ts";
import { expectedRating } from "../testing/oracle/rated-votes.ts";
import { ourRating } from "../testing/oracle/rating-probes.ts";
import { technicalRating } from "./technical-rating.ts";

function difference(name: string, candles: Candles): string | null {
  return differenceIn({ name, expected: expectedRating(candles), ours: () => ourRating(candles) });
}

/** The vote by the values that stand beside it, and nothing else; differences that are rounding do not vote. */
function voteOf({ indicator, values }: Pick<IndicatorVote, "indicator" | "values">): number {
  const of = (name: string) => values.find((figure) => figure.name === name)?.value ?? Number.NaN;
  const size = Math.max(...["close", "average", "span_b"].map(of).filter((value) => value > 0), 1e-3);
  const above = (a: number, b: number) => a - b > 1e-10 * Math.max(Math.abs(a), Math.abs(b), size);
  const sign = (buy: boolean, sell: boolean) => (buy ? 1 : sell ? -1 : 0);
  const compared = (a: number, b: number) => sign(above(a, b), above(b, a));
  const turns = (name: string, low: number, high: number) => {
    const [now, before] = [of(name), of("before")];
    return sign(above(low, now) && above(now, before), above(now, high) && above(before, now));
  };
  const [k, d] = [of("k"), of("d")];
  const oversold = above(20, k) && above(20, d) && above(k, d);
  const overbought = above(k, 80) && above(d, 80) && above(d, k);
  const [close, trend] = [of("close"), of("ema_50")];
  switch (indicator) {
    case "RSI 14":
      return turns("rsi", 30, 70);
    case "CCI 20":
      return turns("cci", -100, 100);
    case "Williams %R 14":
      return turns("williams_r", -80, -20);
    case "Stochastic 14 3 3":
      return sign(oversold, overbought);
    case "Stochastic RSI 14 14 3 3":
      return sign(oversold && above(trend, close), overbought && above(close, trend));
    case "ADX 14":
      return above(of("adx"), 20) && above(of("adx"), of("before")) ? compared(of("plus_di"), of("minus_di")) : 0;
    case "Awesome oscillator": {
      const [now, before, earlier] = [of("ao"), of("ao_before"), of("ao_earlier")];
      const rose = above(now, before) && above(earlier, before);
      const fell = above(before, now) && above(before, earlier);
      return sign(above(now, 0) && (!above(before, 0) || rose), above(0, now) && (!above(0, before) || fell));
    }
    case "Momentum 10":
      return compared(of("momentum"), of("before"));
    case "MACD 12 26 9":
      return compared(of("macd"), of("signal"));
    case "Bull/bear power 13":
      return sign(
        above(close, trend) && above(0, of("bear_power")) && above(of("bear_power"), of("bear_before")),
        above(trend, close) && above(of("bull_power"), 0) && above(of("bull_before"), of("bull_power")),
      );
    case "Ultimate oscillator 7 14 28":
      return sign(above(of("ultimate"), 70), above(30, of("ultimate")));
    case "Ichimoku 9 26 52": {
      const spanA = (of("conversion") + of("base")) / 2;
      return sign(
        above(spanA, of("span_b")) && above(of("base"), spanA) && above(of("conversion"), of("base")),
        above(of("span_b"), spanA) && above(spanA, of("base")) && above(of("base"), of("conversion")),
      );
    }
    default:
      return compared(close, of("average"));
  }
}

describe("the technical rating", () => {
  it("has votes that follow from the values beside them", () => {
    const wrong: string[] = [];
    const cast = new Map<string, Set<number>>();
    for (let seed = 0; seed < 12; seed++) {
      const { candles } = generateMarket({ seed, candles: 400, price: 3, drift: ((seed % 5) - 2) / 4 });
      const input = candles["30m"];
      for (let end = 400; input.known && end > 255; end -= 4) {
        for (const { indicator, vote, values } of technicalRating(sliceCandles(input.value, 0, end)).votes) {
          cast.set(indicator, (cast.get(indicator) ?? new Set()).add(vote ?? Number.NaN));
          if (vote !== null && vote !== voteOf({ indicator, values })) {
            wrong.push(`seed ${seed} to ${end}: ${indicator} ${vote}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    const silent = [...cast].filter(([, votes]) => !(votes.has(1) && votes.has(-1))).map(([indicator]) => indicator);
    expect(silent).toEqual(["Ichimoku 9 26 52"]);
  });

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
