import { haveRecordings, readRecording } from "@pulseboard/testing/recordings";
import { describe, expect, it } from "vitest";
import { sliceCandles } from "../candles/slice-candles.ts";
import { EngineInputError } from "../domain/engine-input-error.ts";
import type { Candles } from "../domain/market-data.ts";
import { readReferenceBars } from "../testing/recordings.ts";
import { ratingLabel, technicalRating } from "./technical-rating.ts";

interface Capture {
  readonly symbol: string;
  readonly rawKlines: readonly (readonly (string | number)[])[];
  readonly expected: {
    readonly recommendAll: number;
    readonly recommendMa: number;
    readonly recommendOther: number;
    readonly recommendation: string;
    readonly directVotes: Readonly<Record<string, number>>;
  };
}

const VOTE_NAMES: Readonly<Record<string, string>> = {
  stochRsi: "Stochastic RSI 14 14 3 3",
  wr: "Williams %R 14",
  bbPower: "Bull/bear power 13",
  uo: "Ultimate oscillator 7 14 28",
  ichimokuBLine: "Ichimoku 9 26 52",
  vwma20: "VWMA 20",
  hullMa9: "HMA 9",
};

describe.runIf(haveRecordings())("technical rating against TradingView's own scanner", () => {
  const text = haveRecordings() ? readRecording("indicators/tradingview-ratings.json") : '{"cases":[]}';
  const { cases } = JSON.parse(text) as { cases: readonly Capture[] };

  it.each(cases)("$symbol: the three means, the label and every vote that was captured", ({ rawKlines, expected }) => {
    const rating = technicalRating(fromKlines(rawKlines));
    expect(rating.movingAverages).toBeCloseTo(expected.recommendMa, 9);
    expect(rating.oscillators).toBeCloseTo(expected.recommendOther, 9);
    expect(rating.all).toBeCloseTo(expected.recommendAll, 9);
    expect(rating.label?.toUpperCase()).toBe(expected.recommendation);
    const votes = Object.entries(expected.directVotes).map(([name]) => [
      name,
      rating.votes.find(({ indicator }) => indicator === VOTE_NAMES[name])?.vote,
    ]);
    expect(Object.fromEntries(votes)).toEqual(expected.directVotes);
    expect(rating.votes).toHaveLength(26);
  });
});

describe.runIf(haveRecordings())("technical rating of odd histories", () => {
  it("are refused when they cannot be right", () => {
    const bars = readReferenceBars("default");
    const twice = { ...bars, openTimeMs: bars.openTimeMs.with(9, bars.openTimeMs[8] ?? 0) };
    expect(() => technicalRating(twice)).toThrow(EngineInputError);
    const unknown = { ...bars, close: bars.close.with(9, Number.NaN) };
    expect(() => technicalRating(unknown)).toThrow("candles.close[9] is NaN, not a finite number");
  });

  it("drops candles without trades and rates the last 250", () => {
    const bars = readReferenceBars("default");
    const tail = sliceCandles(bars, bars.close.length - 250, bars.close.length);
    expect(technicalRating(bars)).toEqual(technicalRating(tail));
    expect(technicalRating(withSilentMinutes(tail))).toEqual(technicalRating(tail));
  });

  it("leaves indicators with too few bars out of the means, and is unknown without bars", () => {
    const rating = technicalRating(sliceCandles(readReferenceBars("default"), 0, 20));
    const voting = rating.votes.filter(({ vote }) => vote !== null).map(({ indicator }) => indicator);
    expect(voting).toContain("SMA 20");
    expect(voting).not.toContain("SMA 30");
    expect(rating.all).not.toBeNull();
    expect(technicalRating(sliceCandles(readReferenceBars("default"), 0, 5))).toMatchObject({ all: null, label: null });
    expect(technicalRating(readReferenceBars("zeros"))).toMatchObject({ all: null, label: null });
  });
});

describe("rating label", () => {
  it.each([
    [0.51, "Strong Buy"],
    [0.5, "Buy"],
    [0.1, "Neutral"],
    [-0.1, "Neutral"],
    [-0.5, "Sell"],
    [-0.51, "Strong Sell"],
  ])("%f is %s", (rating, label) => {
    expect(ratingLabel(rating)).toBe(label);
  });
});

function fromKlines(rows: readonly (readonly (string | number)[])[]): Candles {
  const column = (position: number) => Float64Array.from(rows, (row) => Number(row[position]));
  return {
    intervalMs: 60_000,
    openTimeMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volumeBase: column(5),
  };
}

/** After every third candle comes one without trades, far away in price. */
function withSilentMinutes(candles: Candles): Candles {
  const order = Array.from(candles.close.keys()).flatMap((index) => (index % 3 === 0 ? [index, -1] : [index]));
  const pick = (column: Float64Array, silent: number) =>
    Float64Array.from(order, (index) => (index === -1 ? silent : (column[index] ?? Number.NaN)));
  return {
    intervalMs: candles.intervalMs,
    openTimeMs: Float64Array.from(order.keys(), (index) => index * candles.intervalMs),
    open: pick(candles.open, 1),
    high: pick(candles.high, 1),
    low: pick(candles.low, 1),
    close: pick(candles.close, 1),
    volumeBase: pick(candles.volumeBase, 0),
  };
}
