import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Column, HighLowCloseVolume } from "../index.ts";
import * as engine from "../index.ts";

const FOLDER = new URL("./", import.meta.url);

/** Each exported function of this folder that has an example in its docstring, with that example and its result. */
const documented = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .flatMap((file) => {
    const text = readFileSync(new URL(file, FOLDER), "utf8");
    const docs = [...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*?)\*\/\nexport function (\w+)\(/g)];
    return docs.map(([, doc = "", name = ""]) => ({ name, doc: doc.replaceAll(/\s*\n \*\s?/g, "\n") }));
  })
  .filter(({ doc }) => doc.includes("@example"))
  .map(({ name, doc }) => {
    const [, code = "", result = ""] = /@example\s+(.+) \/\/ (.+)/.exec(doc) ?? [];
    return { name, doc, code, result };
  });

const INDICATORS = [
  ...["accumulationDistribution", "adx", "atr", "awesomeOscillator", "cci", "chaikinMoneyFlow", "chaikinOscillator"],
  ...["elderRay", "ema", "highest", "hma", "ichimoku", "lowest", "macd", "medianPrice", "momentum", "moneyFlowVolume"],
  ...[
    "obv",
    "rsi",
    "sma",
    "smma",
    "stochastic",
    "stochasticRsi",
    "trueRange",
    "typicalPrice",
    "ultimateOscillator",
    "vwap",
    "vwma",
  ],
  ...["williamsR", "wma"],
];

/** The value of an expression in which every export of the engine has its name. */
function evaluate(expression: string): unknown {
  return new Function(...Object.keys(engine), `return ${expression};`)(...Object.values(engine));
}

describe("every exported indicator has a docstring", () => {
  it("and is exported by the package", () => {
    expect(documented.map(({ name }) => name).toSorted()).toEqual(INDICATORS);
    expect(Object.keys(engine)).toEqual(expect.arrayContaining(INDICATORS));
  });

  it.each(documented)("$name: its example gives the stated result", ({ code, result }) => {
    const computed = evaluate(code);
    const values = typeof computed === "number" ? [computed] : [...(computed as Column)];
    const expected = [evaluate(result)].flat();
    expect(values).toHaveLength(expected.length);
    expect(values.map((value) => Math.round(value * 100) / 100)).toEqual(expected);
  });

  it.each(documented)("$name: it states the warm-up and the error", ({ doc }) => {
    expect(doc).toMatch(/warm-up/i);
    expect(doc).toContain("@throws RangeError");
  });
});

const LENGTH = 120;

/** Columns without two equal candles in a row. */
function wave(length = LENGTH): HighLowCloseVolume {
  const close = Float64Array.from({ length }, (_, i) => 100 + 10 * Math.sin(i / 4) + 3 * Math.cos(i * 1.7));
  return {
    high: close.map((price, i) => price + 1 + (i % 3)),
    low: close.map((price, i) => price - 1 - (i % 2)),
    close,
    volumeBase: close.map((_, i) => 10 + (i % 7)),
  };
}

/** Every column of every indicator, and how many of its first values are NaN as its docstring says. */
const WARM_UP: readonly (readonly [string, (columns: HighLowCloseVolume) => Column, number])[] = [
  ["sma", ({ close }) => engine.sma(close, 7), 6],
  ["ema", ({ close }) => engine.ema(close, 7), 6],
  ["smma", ({ close }) => engine.smma(close, 7), 6],
  ["wma", ({ close }) => engine.wma(close, 7), 6],
  ["hma", ({ close }) => engine.hma(close, 9), 9 + 3 - 2],
  ["vwma", (columns) => engine.vwma(columns, 7), 6],
  ["highest", ({ close }) => engine.highest(close, 7), 6],
  ["lowest", ({ close }) => engine.lowest(close, 7), 6],
  ["momentum", ({ close }) => engine.momentum(close, 7), 7],
  ["trueRange", engine.trueRange, 1],
  ["atr", (columns) => engine.atr(columns, 7), 7],
  ["rsi", ({ close }) => engine.rsi(close, 7), 7],
  ["macd", ({ close }) => engine.macd(close, { fast: 3, slow: 7, signal: 4 }).macd, 6],
  ["macd signal", ({ close }) => engine.macd(close, { fast: 3, slow: 7, signal: 4 }).signal, 7 + 4 - 2],
  ["macd histogram", ({ close }) => engine.macd(close, { fast: 3, slow: 7, signal: 4 }).histogram, 7 + 4 - 2],
  ["adx +DI", (columns) => engine.adx(columns, 7).plusDi, 7],
  ["adx -DI", (columns) => engine.adx(columns, 7).minusDi, 7],
  ["adx", (columns) => engine.adx(columns, 7).adx, 2 * 7 - 1],
  ["cci", (columns) => engine.cci(columns, 7), 6],
  ["williamsR", (columns) => engine.williamsR(columns, 7), 6],
  ["awesomeOscillator", engine.awesomeOscillator, 33],
  ["elderRay bull power", (columns) => engine.elderRay(columns, 7).bullPower, 6],
  ["elderRay bear power", (columns) => engine.elderRay(columns, 7).bearPower, 6],
  ["ultimateOscillator", (columns) => engine.ultimateOscillator(columns, { short: 3, middle: 5, long: 9 }), 9],
  ["stochastic K", (columns) => engine.stochastic(columns, { lookback: 7, smoothK: 3, smoothD: 4 }).k, 7 + 3 - 2],
  ["stochastic D", (columns) => engine.stochastic(columns, { lookback: 7, smoothK: 3, smoothD: 4 }).d, 7 + 3 - 2 + 3],
  [
    "stochasticRsi K",
    ({ close }) => engine.stochasticRsi(close, { rsi: 5, lookback: 7, smoothK: 3, smoothD: 4 }).k,
    5 + 7 + 3 - 2,
  ],
  ["ichimoku conversion", (columns) => ichimoku(columns).conversion, 4],
  ["ichimoku base", (columns) => ichimoku(columns).base, 8],
  ["ichimoku span A", (columns) => ichimoku(columns).spanA, 8],
  ["ichimoku span B", (columns) => ichimoku(columns).spanB, 19],
  ["obv", engine.obv, 0],
  ["vwap", engine.vwap, 0],
  ["typicalPrice", engine.typicalPrice, 0],
  ["medianPrice", engine.medianPrice, 0],
  ["moneyFlowVolume", engine.moneyFlowVolume, 0],
  ["accumulationDistribution", engine.accumulationDistribution, 0],
  ["chaikinMoneyFlow", (columns) => engine.chaikinMoneyFlow(columns, 7), 6],
  ["chaikinOscillator", (columns) => engine.chaikinOscillator(columns, { fast: 3, slow: 7 }), 6],
];

function ichimoku(columns: HighLowCloseVolume) {
  return engine.ichimoku(columns, { conversion: 5, base: 9, spanB: 20 });
}

describe("every exported indicator", () => {
  it("is in the table of warm-ups", () => {
    expect([...new Set(WARM_UP.map(([name]) => name.split(" ")[0]))].toSorted()).toEqual(INDICATORS);
  });

  it.each(WARM_UP)("%s: as many values as candles, NaN for the warm-up and only then", (_name, compute, warmUp) => {
    const column = compute(wave());
    expect(column).toBeInstanceOf(Float64Array);
    expect(column).toHaveLength(LENGTH);
    expect([...column].map(Number.isFinite)).toEqual(Array.from({ length: LENGTH }, (_, i) => i >= warmUp));
  });

  it.each(WARM_UP)(
    "%s: fewer candles than its warm-up give NaN, and no candles give an empty column",
    (_name, compute, warmUp) => {
      expect([...compute(wave(warmUp))].every(Number.isNaN)).toBe(true);
      expect(compute(wave(0))).toHaveLength(0);
    },
  );

  it("leaves its input as it is", () => {
    const [columns, copy] = [wave(), wave()];
    for (const [, compute] of WARM_UP) {
      compute(columns);
    }
    expect(columns).toEqual(copy);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses a period of %d", (period) => {
    const { close } = wave();
    const columns = wave();
    const calls: readonly (() => unknown)[] = [
      ...[engine.sma, engine.ema, engine.smma, engine.wma, engine.hma, engine.rsi, engine.momentum].map(
        (indicator) => () => indicator(close, period),
      ),
      ...[engine.highest, engine.lowest].map((indicator) => () => indicator(close, period)),
      ...[engine.atr, engine.adx, engine.cci, engine.williamsR, engine.elderRay].map(
        (indicator) => () => indicator(columns, period),
      ),
      ...[engine.vwma, engine.chaikinMoneyFlow].map((indicator) => () => indicator(columns, period)),
      () => engine.macd(close, { fast: 3, slow: 7, signal: period }),
      () => engine.stochastic(columns, { lookback: period, smoothK: 1, smoothD: 1 }),
      () => engine.stochasticRsi(close, { rsi: period, lookback: 1, smoothK: 1, smoothD: 1 }),
      () => engine.ultimateOscillator(columns, { short: 1, middle: period, long: 1 }),
      () => engine.ichimoku(columns, { conversion: 1, base: 1, spanB: period }),
      () => engine.chaikinOscillator(columns, { fast: 1, slow: period }),
    ];
    for (const call of calls) {
      expect(call).toThrow(
        new RangeError(`A period must be a whole number of at least ${call === calls[4] ? 2 : 1}, not ${period}`),
      );
    }
  });

  it("has no value for a period longer than the column, however long it is", () => {
    const columns = wave();
    const { close } = columns;
    const period = Number.MAX_SAFE_INTEGER;
    for (const indicator of [engine.sma, engine.ema, engine.smma, engine.wma, engine.rsi, engine.momentum]) {
      expect(indicator(close, period).every(Number.isNaN)).toBe(true);
    }
    for (const indicator of [engine.hma, engine.highest, engine.lowest]) {
      expect(indicator(close, period).every(Number.isNaN)).toBe(true);
    }
    for (const indicator of [engine.atr, engine.cci, engine.williamsR, engine.vwma, engine.chaikinMoneyFlow]) {
      expect(indicator(columns, period).every(Number.isNaN)).toBe(true);
    }
  });

  it("refuses columns of different lengths, and names them", () => {
    const columns = { ...wave(), close: wave().close.subarray(1) };
    const message = /Columns must have the same length, but .*close has 119/;
    for (const call of [
      ...[engine.trueRange, engine.typicalPrice, engine.moneyFlowVolume, engine.accumulationDistribution],
      ...[
        engine.atr,
        engine.adx,
        engine.cci,
        engine.williamsR,
        engine.elderRay,
        engine.vwma,
        engine.chaikinMoneyFlow,
      ].map((indicator) => (given: HighLowCloseVolume) => indicator(given, 3)),
      (given: HighLowCloseVolume) => engine.stochastic(given, { lookback: 1, smoothK: 1, smoothD: 1 }),
      (given: HighLowCloseVolume) => engine.ultimateOscillator(given, { short: 1, middle: 1, long: 1 }),
      (given: HighLowCloseVolume) => engine.chaikinOscillator(given, { fast: 1, slow: 2 }),
    ]) {
      expect(() => call(columns)).toThrow(message);
    }
    const uneven = { ...wave(), high: wave().high.subarray(1) };
    for (const call of [engine.medianPrice, engine.awesomeOscillator, ichimoku]) {
      expect(() => call(uneven)).toThrow(/same length, but high has 119/);
    }
  });
});
