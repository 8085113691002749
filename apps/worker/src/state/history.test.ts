import { describe, expect, it } from "vitest";
import {
  addBtcDominance,
  addDispersion,
  addMeanSignal,
  addScores,
  btcDominanceChange24h,
  EMPTY_HISTORY,
  meanDispersion,
} from "./history.ts";
import type { History } from "./market-state.ts";

const T = 1_750_000_500; // a multiple of 900 is 1_749_999_600

describe("score history", () => {
  it("keeps one score per 15 minutes, the newest of each, and at most 24", () => {
    let scores: History["scores"] = {};
    for (let minute = 0; minute < 24 * 60; minute++) {
      scores = addScores(scores, T + minute * 60, [["BTCUSDT", minute]]);
    }
    const samples = scores.BTCUSDT;
    expect(samples?.at).toHaveLength(24);
    expect(samples?.value.at(-1)).toBe(24 * 60 - 1);
    const gaps = samples?.at.slice(2, -1).map((at, index) => at - (samples.at[index + 1] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([900]));
  });

  it("drops samples from the future when market time goes back a little", () => {
    const scores = addScores({}, T + 30, [["BTCUSDT", 60]]);
    expect(addScores(scores, T, [["BTCUSDT", 40]])).toEqual({ BTCUSDT: { at: [T], value: [40] } });
    expect(addScores(scores, T, [])).toEqual({});
  });

  it("forgets a symbol that was not scored for six hours, and not earlier", () => {
    const scores = addScores({}, T, [["OLDUSDT", 60]]);
    expect(addScores(scores, T + 5 * 3600, [])).toHaveProperty("OLDUSDT");
    expect(addScores(scores, T + 6 * 3600, [])).not.toHaveProperty("OLDUSDT");
  });
});

describe("dispersion", () => {
  it("has no mean until one hour is known", () => {
    let samples = EMPTY_HISTORY.dispersion;
    samples = addDispersion(samples, T, 2);
    samples = addDispersion(samples, T + 3599, 4);
    expect(meanDispersion(samples)).toBeNull();
    samples = addDispersion(samples, T + 3600, 6);
    expect(meanDispersion(samples)).toEqual({ mean: 4, spanMs: 3_600_000 });
  });

  it("drops samples older than a day and adds none for an unknown dispersion", () => {
    let samples = addDispersion(EMPTY_HISTORY.dispersion, T, 100);
    samples = addDispersion(samples, T + 80_000, 2);
    samples = addDispersion(samples, T + 86_400, null);
    expect(samples).toEqual({ at: [T + 80_000], value: [2] });
  });
});

describe("BTC dominance over 24 h", () => {
  it("is the difference to the sample of a day ago", () => {
    let samples: History["btcDominance"] = null;
    for (let hour = 0; hour <= 30; hour++) {
      samples = addBtcDominance(samples, T + hour * 3600, { source: "coingecko", percent: 50 + hour / 10 });
    }
    expect(btcDominanceChange24h(samples)).toBeCloseTo(2.4, 9);
  });

  it("is unknown while the history is shorter than a day, and starts over with another source", () => {
    let samples = addBtcDominance(null, T, { source: "coingecko", percent: 50 });
    expect(btcDominanceChange24h(samples)).toBeNull();
    samples = addBtcDominance(samples, T + 86_400, { source: "coinpaprika", percent: 55 });
    expect(btcDominanceChange24h(samples)).toBeNull();
  });
});

describe("mean W", () => {
  const ten = (signal: number) => Array.from({ length: 10 }, () => signal);

  it("has one sample a quarter of an hour, the newest of each, for 7 days", () => {
    let samples: History["meanSignal"] = EMPTY_HISTORY.meanSignal;
    for (let minute = 0; minute <= 8 * 24 * 60; minute += 6) {
      samples = addMeanSignal(samples, T + minute * 60, ten(minute / 1e5));
    }
    expect(samples.value).toHaveLength(7 * 96);
    expect(samples.value.at(-1)).toBeCloseTo((8 * 24 * 60) / 1e5, 12);
    const slots = samples.at.map((at) => Math.floor(at / 900));
    expect(slots.map((slot) => slot - (slots.at(-1) ?? 0) + 671)).toEqual(slots.map((_slot, index) => index));
  });

  it("has none of fewer than 10 symbols, which are not the market", () => {
    const samples = addMeanSignal(EMPTY_HISTORY.meanSignal, T, ten(0.1));
    expect(addMeanSignal(samples, T + 900, ten(0.2).slice(1))).toEqual(samples);
    expect(addMeanSignal(samples, T + 900, [...ten(0.2), 0.42]).value.at(-1)).toBeCloseTo(0.22, 12);
  });
});
