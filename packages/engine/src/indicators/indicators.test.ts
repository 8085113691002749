import { generateCandles } from "@pulseboard/testing/generated-candles";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import { createRandom } from "@pulseboard/testing/random";
import { haveRecordings, readRecording } from "@pulseboard/testing/recordings";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { newestCandles, sliceCandles } from "../candles/slice-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import { readReferenceBars } from "../testing/recordings.ts";
import { accumulationDistribution } from "./accumulation-distribution.ts";
import { adx } from "./adx.ts";
import { atr } from "./atr.ts";
import { awesomeOscillator } from "./awesome-oscillator.ts";
import { cci } from "./cci.ts";
import { chaikinMoneyFlow } from "./chaikin-money-flow.ts";
import { chaikinOscillator } from "./chaikin-oscillator.ts";
import { at, type Column, columnOf } from "./columns.ts";
import { elderRay } from "./elder-ray.ts";
import { ema } from "./ema.ts";
import { isSwing } from "./fractals.ts";
import { hma } from "./hma.ts";
import { ichimoku } from "./ichimoku.ts";
import { macd } from "./macd.ts";
import { momentum } from "./momentum.ts";
import { moneyFlowVolume } from "./money-flow-volume.ts";
import { obv } from "./obv.ts";
import { rsi } from "./rsi.ts";
import { fillScratch } from "./scratch.ts";
import { sma } from "./sma.ts";
import { smma } from "./smma.ts";
import { populationDeviation } from "./statistics.ts";
import { stochastic } from "./stochastic.ts";
import { stochasticRsi } from "./stochastic-rsi.ts";
import { trueRange } from "./true-range.ts";
import { ultimateOscillator } from "./ultimate-oscillator.ts";
import { vwap } from "./vwap.ts";
import { vwma } from "./vwma.ts";
import { williamsR } from "./williams-r.ts";
import { wma } from "./wma.ts";

const SMOOTHED_3_3 = { lookback: 14, smoothK: 3, smoothD: 3 };
const MACD = { fast: 12, slow: 26, signal: 9 };
const ICHIMOKU = { conversion: 9, base: 26, spanB: 52 };
/** The reference does not smooth K. */
const STOCHASTIC_RSI = { rsi: 14, lookback: 14, smoothK: 1, smoothD: 3 };

/** The reference shows the spans 26 candles later; its first value is that of candle 0. */
function displaced(span: Column): Column {
  return columnOf(span.length, (i) => at(span, i - 26));
}

/** Every indicator with the parameters of the reference: its name and column there, and our computation. */
const INDICATORS: readonly (readonly [string, string, (bars: Candles) => Column])[] = [
  ["sma", "sma", ({ close }) => sma(close, 20)],
  ["ema", "ema", ({ close }) => ema(close, 20)],
  ["smma", "smma", ({ close }) => smma(close, 20)],
  ["wma", "wma", ({ close }) => wma(close, 14)],
  ["hma", "hma", ({ close }) => hma(close, 14)],
  ["vwma", "vwma", (bars) => vwma(bars, 14)],
  ["tr", "tr", trueRange],
  ["atr", "atr", (bars) => atr(bars, 14)],
  ["rsi", "rsi", ({ close }) => rsi(close, 14)],
  ["macd", "macd", ({ close }) => macd(close, MACD).macd],
  ["macd", "signal", ({ close }) => macd(close, MACD).signal],
  ["macd", "histogram", ({ close }) => macd(close, MACD).histogram],
  ["stoch", "oscillator", (bars) => stochastic(bars, SMOOTHED_3_3).k],
  ["stoch", "signal", (bars) => stochastic(bars, SMOOTHED_3_3).d],
  ["stoch-rsi", "stochRsi", ({ close }) => stochasticRsi(close, STOCHASTIC_RSI).k],
  ["stoch-rsi", "signal", ({ close }) => stochasticRsi(close, STOCHASTIC_RSI).d],
  ["cci", "cci", (bars) => cci(bars, 20)],
  ["adx", "pdi", (bars) => adx(bars, 14).plusDi],
  ["adx", "mdi", (bars) => adx(bars, 14).minusDi],
  ["adx", "adx", (bars) => adx(bars, 14).adx],
  ["awesome", "oscillator", awesomeOscillator],
  ["willr", "williamsR", (bars) => williamsR(bars, 14)],
  ["elder-ray", "bullPower", (bars) => elderRay(bars, 13).bullPower],
  ["elder-ray", "bearPower", (bars) => elderRay(bars, 13).bearPower],
  ["uo", "ultimate", (bars) => ultimateOscillator(bars, { short: 7, middle: 14, long: 28 })],
  ["ichimoku", "tenkanSen", (bars) => ichimoku(bars, ICHIMOKU).conversion],
  ["ichimoku", "kijunSen", (bars) => ichimoku(bars, ICHIMOKU).base],
  ["ichimoku", "senkouSpanA", (bars) => displaced(ichimoku(bars, ICHIMOKU).spanA)],
  ["ichimoku", "senkouSpanB", (bars) => displaced(ichimoku(bars, ICHIMOKU).spanB)],
  ["obv", "obv", obv],
  ["vwap", "vwap", vwap],
  ["adl", "moneyFlowVolume", (bars) => moneyFlowVolume(bars)],
  ["adl", "adl", (bars) => accumulationDistribution(bars)],
  ["cmf", "cmf", (bars) => chaikinMoneyFlow(bars, 20)],
  ["chaikin-osc", "oscillator", (bars) => chaikinOscillator(bars, { fast: 3, slow: 10 })],
];

type Reference = Readonly<Record<string, { readonly columns: Readonly<Record<string, readonly (number | null)[]>> }>>;

describe.runIf(haveRecordings())("indicators against an independent library, bar by bar", () => {
  let reference: Reference = {};
  let bars: Candles;

  beforeAll(() => {
    reference = JSON.parse(readRecording("indicators/expected.json.gz")) as Reference;
    bars = readReferenceBars("default");
  });

  it.each(INDICATORS)("%s %s: the same numbers, and unknown on the same bars", (name, column, compute) => {
    const expected = reference[name]?.columns[column] ?? [];
    const computed = compute(bars);
    expect(expected).toHaveLength(502);
    for (const [index, value] of expected.entries()) {
      const ours = at(computed, index);
      if (value === null) {
        expect(ours, `bar ${index}`).toBeNaN();
      } else {
        expect(Math.abs(ours - value), `bar ${index}: ${ours}`).toBeLessThanOrEqual(
          1e-9 * Math.max(1, Math.abs(value)),
        );
      }
    }
  });

  it("standard deviation of 14 closes", () => {
    const expected = reference.stdev?.columns.stdDev ?? [];
    const ours = columnOf(
      502,
      (i) => populationDeviation(bars.close.subarray(Math.max(0, i - 13), i + 1)) ?? Number.NaN,
    );
    for (let i = 13; i < 502; i++) {
      expect(at(ours, i)).toBeCloseTo(expected[i] ?? Number.NaN, 9);
    }
  });

  it("momentum of the rate of change", () => {
    const expected = reference.roc?.columns.momentum ?? [];
    const span = expected.findIndex((value) => value !== null);
    const ours = momentum(bars.close, span);
    for (let i = span; i < 502; i++) {
      expect(at(ours, i)).toBeCloseTo(expected[i] ?? Number.NaN, 9);
    }
  });

  it("reads nothing from scratch memory before it is written", () => {
    for (const [name, column, compute] of INDICATORS) {
      fillScratch(0);
      const computed = compute(bars);
      fillScratch(Number.NaN);
      expect(compute(bars), `${name} ${column}`).toEqual(computed);
    }
  });

  it.each(["zeros", "penny", "intraday", "bitcoin"])("never infinite, and unchanged by later bars: %s", (file) => {
    expectPrefixStable(readReferenceBars(file));
  });
});

describe("law 5: later candles never change an earlier value", () => {
  it("holds for every indicator over generated candles", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const shape = {
          count: 130,
          intervalMs: 60_000,
          lastPrice: 100,
          endMs: 0,
          volatility: 0.001,
          drift: 0,
          tick: 0.01,
        };
        expectPrefixStable(generateCandles(createRandom(seed), { ...shape, quietShare: 0.05 }));
      }),
      { numRuns: propertyRuns({ quick: 8, thorough: 200 }) },
    );
  });
});

describe("indicators without a counterpart in the reference", () => {
  const close = Float64Array.from({ length: 60 }, (_, i) => 100 + 10 * Math.sin(i / 4) + i / 10);

  it("RSI: 100 when nothing ever fell, 0 when nothing ever rose", () => {
    const line = (slope: number) => columnOf(30, (i) => 100 + slope * i);
    expect([1, 0, -1].map((slope) => rsi(line(slope), 14)[29])).toEqual([100, 100, 0]);
  });

  it("stochastic RSI: the stochastic of the RSI column", () => {
    const strength = rsi(close, 14);
    expect(stochasticRsi(close, { rsi: 14, ...SMOOTHED_3_3 })).toEqual(
      stochastic({ high: strength, low: strength, close: strength }, SMOOTHED_3_3),
    );
  });

  it("swings: the first of equal extremes, confirmed by two candles after it", () => {
    const high = Float64Array.of(1, 2, 3, 5, 5, 2, 1, 4, 3);
    const swings = (sign: 1 | -1) => [...high.keys()].filter((index) => isSwing(high, index, sign));
    expect(swings(1)).toEqual([3]);
    expect(swings(-1)).toEqual([6]);
  });

  it("newest candles: the end of the history, or all of a shorter one", () => {
    const candles = candlesOf(close, close);
    expect([...newestCandles(candles, 2).close]).toEqual([...close.slice(58)]);
    expect(newestCandles(candles, 100)).toBe(candles);
  });
});

function expectPrefixStable(bars: Candles): void {
  const length = Math.min(bars.close.length, 200);
  const whole = INDICATORS.map(([, , compute]) => compute(sliceCandles(bars, 0, length)));
  for (const end of [length - 1, Math.floor(length / 2), 40]) {
    for (const [index, [name, column, compute]] of INDICATORS.entries()) {
      const part = compute(sliceCandles(bars, 0, end));
      expect(part, `${name} ${column}`).toEqual(whole[index]?.slice(0, end));
      expect(part.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toBe(false);
    }
  }
}

function candlesOf(high: Column, low: Column): Candles {
  return { intervalMs: 60_000, openTimeMs: high, open: low, high, low, close: low, volumeBase: high };
}
