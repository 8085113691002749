import { generateMarket } from "@pulseboard/testing/generated-market";
import { createRandom } from "@pulseboard/testing/random";
import { haveRecordings, readRecording } from "@pulseboard/testing/recordings";
import { describe, expect, it } from "vitest";
import { sliceCandles } from "../candles/slice-candles.ts";
import { scoreSymbol } from "../confluence/score-symbol.ts";
import { EngineInputError } from "../domain/engine-input-error.ts";
import type { Candles } from "../domain/market-data.ts";
import { readReferenceBars } from "../testing/recordings.ts";
import { isAbove, isBelow } from "./compare-values.ts";
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

  it("are rated by the candles after the last hole, as in a score", () => {
    const market = generateMarket({ seed: 3, candles: 300 });
    const input = market.candles["30m"];
    if (!input.known) {
      throw new Error("there are candles");
    }
    const { value } = input;
    const openTimeMs = value.openTimeMs.map((time, i) => (i < 200 ? time - value.intervalMs : time));
    const holed = { ...value, openTimeMs };
    const rating = technicalRating(holed);
    expect(rating).toEqual(technicalRating(sliceCandles(value, 200, 300)));
    expect(rating).not.toEqual(technicalRating(value));
    const candles = { ...market.candles, "30m": { ...input, value: holed } };
    expect(rating).toEqual(scoreSymbol({ ...market, candles }).technicalRating["30m"]);
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

describe("rating where nothing has moved", () => {
  const flat = (price: number, volume: (i: number) => number): Candles => {
    const column = new Float64Array(300).fill(price);
    return {
      intervalMs: 60_000,
      openTimeMs: column.map((_, i) => i * 60_000),
      open: column,
      high: column,
      low: column,
      close: column,
      volumeBase: column.map((_, i) => volume(i)),
    };
  };

  it("1,000 perfectly flat markets are Neutral, without a single vote", () => {
    const random = createRandom(1);
    for (let i = 0; i < 1000; i++) {
      const price = 10 ** (8 * random.uniform() - 3);
      const { label, votes } = technicalRating(flat(price, () => 0.001 + 100 * random.uniform()));
      expect(label, `price ${price}`).toBe("Neutral");
      expect(votes.filter(({ vote }) => vote !== 0)).toEqual([]);
    }
  });

  it("the rounding of an RSI that has stopped moving does not vote", () => {
    const random = createRandom(2);
    for (let i = 0; i < 200; i++) {
      let price = 100;
      const close = Float64Array.from({ length: 300 }, (_, index) => {
        price *= index < 225 ? 1 + 0.01 * (random.uniform() - 0.5) : 1;
        return price;
      });
      const { votes } = technicalRating({ ...flat(100, () => 1), open: close, high: close, low: close, close });
      expect(votes.find(({ indicator }) => indicator.startsWith("Stochastic RSI"))?.vote).toBe(0);
    }
  });

  it("the rounding of a market that stood still after a move does not vote", () => {
    const random = createRandom(2);
    for (let i = 0; i < 200; i++) {
      const [before, after] = [1 + random.uniform(), 1 + random.uniform()];
      const market = flat(after, () => 1);
      // Of the 250 candles that are rated, the last 225 stand still: every average but the recursive ones has forgotten the move.
      const close = market.close.map((price, index) => (index < 75 ? before : price));
      const { votes } = technicalRating({ ...market, open: close, high: close, low: close, close });
      const voted = votes.filter(({ vote }) => vote !== 0).map(({ indicator }) => indicator);
      const windowed = /^(SMA|HMA|VWMA|Ichimoku|Stochastic 14|CCI|Awesome|Momentum|Williams|Ultimate)/;
      expect(voted.filter((indicator) => windowed.test(indicator))).toEqual([]);
      // The RSI of a still market stays where it is.
      expect(voted).not.toContain("RSI 14");
    }
  });
});

describe("comparing computed values", () => {
  it.each([
    [1 + 2e-12, 1, 0, false],
    [1 + 2e-11, 1, 0, true],
    [2e-12, 0, 0, true],
    [2e-12, 0, 1, false],
    [2e-11, 0, 1, true],
    [Number.NaN, 0, 1, false],
    [1, Number.NaN, 1, false],
  ])("%d above %d, of a size of %d: %s", (a, b, size, above) => {
    expect([isAbove(a, b, size), isBelow(b, a, size)]).toEqual([above, above]);
    expect(isAbove(b, a, size)).toBe(false);
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
