import { generateMarket, known } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import { candlePath, type PathCandle } from "../testing/candle-path.ts";
import { scoreSymbol } from "./score-symbol.ts";

const PERIOD_MS = 60_000;
const market = generateMarket({ seed: 6, price: 100, candles: 70, trades: 60, levels: 20 });

/** The result of every rule per timeframe on 1m, for candles drawn by hand. */
function readings(path: readonly PathCandle[]) {
  const candles = { ...market.candles, "1m": known(candlePath(PERIOD_MS, path), PERIOD_MS) };
  const rules = scoreSymbol({ ...market, candles }).components.flatMap((component) => component.rules);
  return (name: string) => {
    const result = rules.find(({ rule }) => rule === name)?.timeframes.find(({ timeframe }) => timeframe === "1m");
    return { signal: result?.signal ?? Number.NaN, figures: result?.figures ?? [], sentence: result?.sentence };
  };
}

/** A trend with pullbacks: more steps up than down. */
const climb = (count: number, up: number, down: number): PathCandle[] => {
  let close = 100;
  return Array.from({ length: count }, (_, i) => {
    close += i % 3 === 2 ? -down : up;
    return { close };
  });
};

describe("technical rules", () => {
  it.each(["rsi", "ao", "cci", "adx", "williams_r"])("%s is up in a climb and down in a slide", (rule) => {
    expect(readings(climb(200, 0.3, 0.25))(rule).signal).toBeGreaterThan(0.1);
    expect(readings(climb(200, -0.3, -0.25))(rule).signal).toBeLessThan(-0.1);
  });

  it("macd is up when a climb begins and down when it ends", () => {
    const flat = climb(90, 0.05, 0.1);
    const last = flat.at(-1)?.close ?? 0;
    const begins = [...flat, ...Array.from({ length: 8 }, (_, i) => ({ close: last + 0.3 * (i + 1) }))];
    const ends = [...begins, ...Array.from({ length: 12 }, () => ({ close: last + 2.4 }))];
    expect(readings(begins)("macd").signal).toBeGreaterThan(0.2);
    expect(readings(ends)("macd").signal).toBeLessThan(0);
  });

  it("RSI: momentum first, exhaustion at the extremes", () => {
    const moderate = readings(climb(200, 0.3, 0.3))("rsi");
    const extreme = readings(climb(200, 1, -1))("rsi");
    expect(moderate.signal).toBeGreaterThan(0.5);
    expect(moderate.sentence).toMatch(/^Softened RSI 14 at 6\d on 1m\.$/);
    expect(extreme.figures[0]?.value).toBeGreaterThan(90);
    expect(extreme.signal).toBeLessThan(0);
  });

  it("a signal can be recomputed from the figures beside it", () => {
    const read = readings(climb(200, 0.3, 0.25));
    const value = (rule: string) => read(rule).figures[0]?.value ?? Number.NaN;
    expect(read("ao").signal).toBeCloseTo(Math.tanh(value("ao") / 1.5), 12);
    expect(read("macd").signal).toBeCloseTo(Math.tanh(value("macd") / 0.5), 12);
    expect(read("cci").signal).toBeCloseTo(Math.tanh(value("cci") / 150), 12);
    expect(read("williams_r").signal).toBeCloseTo((value("williams_r") + 50) / 50, 12);
    expect(read("cmf").signal).toBeCloseTo(Math.tanh(value("cmf") / 0.2), 12);
    expect(read("obv").signal).toBeCloseTo(Math.tanh(value("obv") / 0.4), 12);
  });
});

describe("volume rules of 24 hours", () => {
  /** Most of the volume is at 100, then the price leaves. */
  const left = (to: number): PathCandle[] => [
    ...Array.from({ length: 200 }, (_, i) => ({ close: 100 + (i % 2) * 0.1, volume: 1000 })),
    ...Array.from({ length: 10 }, (_, i) => ({ close: 100 + ((to - 100) * (i + 1)) / 10, volume: 10 })),
  ];
  const reading = (rule: string, path: readonly PathCandle[]) => {
    const candles = { ...market.candles, "5m": known(candlePath(300_000, path), 300_000) };
    const { components } = scoreSymbol({ ...market, candles });
    const found = components.flatMap(({ rules }) => rules).find((one) => one.rule === rule);
    return { signal: found?.signal ?? Number.NaN, figures: found?.figures ?? [], sentence: found?.sentence };
  };

  it("a price above the day's trading is bullish, below it bearish", () => {
    for (const rule of ["vwap", "volume_profile"]) {
      expect(reading(rule, left(103)).signal).toBeGreaterThan(0.5);
      expect(reading(rule, left(97)).signal).toBeLessThan(-0.5);
    }
    expect(reading("vwap", left(103)).figures[0]).toEqual({
      name: "vwap",
      value: expect.closeTo(100.05, 1),
      unit: "USD",
    });
  });

  it("a sentence states the time span, which is shorter than 24 h for a young listing", () => {
    expect(reading("volume_profile", left(103)).sentence).toBe("100 % of the volume of 17.5 h lies below the price.");
    expect(reading("vwap", left(103).slice(-60)).sentence).toMatch(
      /^The price is \+\d+\.\d\d deviations from the VWAP of 5 h at 10\d\.\d\d\.$/,
    );
    const before = Array.from({ length: 150 }, (): PathCandle => ({ close: 100, volume: 1000 }));
    for (const rule of ["vwap", "volume_profile"]) {
      expect(reading(rule, [...before, ...left(103)]).sentence).toContain(" of 24 h");
    }
  });

  it("trading more than 24 h ago does not count", () => {
    const yesterday = Array.from({ length: 300 }, (): PathCandle => ({ close: 50, volume: 1e6 }));
    const today = left(103).concat(Array.from({ length: 78 }, () => ({ close: 103, volume: 10 })));
    expect(reading("volume_profile", [...yesterday, ...today])).toEqual(
      reading("volume_profile", [...yesterday.slice(9), ...today]),
    );
    expect(reading("vwap", [...yesterday, ...today]).figures[0]?.value).toBeCloseTo(100.05, 0);
  });
});

describe("volume rules of a timeframe", () => {
  const closingHigh = climb(200, 0.3, 0.25).map(
    ({ close }): PathCandle => ({ close, open: close - 0.2, high: close + 0.01 }),
  );

  it("candles that close near their high on steady volume are bullish", () => {
    const read = readings(closingHigh);
    expect(read("cmf").signal).toBeGreaterThan(0.9);
    expect(read("obv").signal).toBeGreaterThan(0.3);
  });

  it("a move counts by its volume: not at all on the usual volume, fully on three times as much", () => {
    const calm = climb(120, 0.02, 0.04);
    const last = calm.at(-1)?.close ?? 0;
    const move = (volume: number) => [1, 2, 3].map((step): PathCandle => ({ close: last + 0.1 * step, volume }));
    expect(readings([...calm, ...move(90)])("relative_volume").signal).toBeCloseTo(0, 12);
    const [some, much] = [250, 2000].map((volume) => readings([...calm, ...move(volume)])("relative_volume").signal);
    expect(some).toBeGreaterThan(0);
    expect(much).toBeGreaterThan(some ?? 1);
  });
});
