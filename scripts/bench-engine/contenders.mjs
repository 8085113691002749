// The six indicators with the same parameters: ours, a plain loop, and the libraries that one would use instead.

import * as peers from "@ixjb94/indicators";
import { adx, atr, cci, ema, macd, rsi } from "@pulseboard/engine";
import * as indicatorts from "indicatorts";
import * as technicalindicators from "technicalindicators";
import { ADX, ATR, CCI, EMA, MACD, RSI } from "trading-signals";
import { plainAdx } from "../../packages/engine/bench/plain/adx.mjs";
import { plainAtr } from "../../packages/engine/bench/plain/atr.mjs";
import { plainCci } from "../../packages/engine/bench/plain/cci.mjs";
import { plainEma } from "../../packages/engine/bench/plain/ema.mjs";
import { plainMacd } from "../../packages/engine/bench/plain/macd.mjs";
import { plainRsi } from "../../packages/engine/bench/plain/rsi.mjs";

/** @typedef {ArrayLike<number>} Values one column of results, which may begin later than the candles */
/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {() => unknown} run computes the whole column
 * @property {(result: any) => Values} values its main column
 */
/** @typedef {{ readonly indicator: string, readonly contenders: readonly Contender[] }} Race the first contender is ours, the second the plain loop */

const sync = new peers.IndicatorsSync();

/** @param {readonly (number | null)[]} results @returns {Values} */
const known = (results) => results.map((value) => value ?? Number.NaN);

/**
 * @param {import("./market.mjs").CandleColumns} candles
 * @returns {readonly Race[]}
 */
export function races(candles) {
  const { high, low, close } = candles;
  // The libraries take lists, and each candle as an object.
  const lists = { high: Array.from(high), low: Array.from(low), close: Array.from(close) };
  const rows = lists.close.map((price, i) => ({ high: high[i] ?? 0, low: low[i] ?? 0, close: price }));
  const periods = { fast: 12, slow: 26, signal: 9 };
  /** @param {string} name @param {() => unknown} run @param {(result: any) => Values} values @returns {Contender} */
  const by = (name, run, values = (result) => result) => ({ name, run, values });
  return [
    {
      indicator: "RSI 14",
      contenders: [
        by("ours", () => rsi(close, 14)),
        by("plain", () => plainRsi(close, 14)),
        by("trading-signals", () => new RSI(14).updates(lists.close, false), known),
        by("technicalindicators", () => technicalindicators.rsi({ values: lists.close, period: 14 })),
        by("indicatorts", () => indicatorts.rsi(lists.close, { period: 14 })),
        by("@ixjb94/indicators", () => sync.rsi(lists.close, 14)),
      ],
    },
    {
      indicator: "EMA 20",
      contenders: [
        by("ours", () => ema(close, 20)),
        by("plain", () => plainEma(close, 20)),
        by("trading-signals", () => new EMA(20).updates(lists.close, false), known),
        by("technicalindicators", () => technicalindicators.ema({ values: lists.close, period: 20 })),
        by("indicatorts", () => indicatorts.ema(lists.close, { period: 20 })),
        by("@ixjb94/indicators", () => sync.ema(lists.close, 20)),
      ],
    },
    {
      indicator: "ATR 14",
      contenders: [
        by("ours", () => atr(candles, 14)),
        by("plain", () => plainAtr(candles, 14)),
        by("trading-signals", () => new ATR(14).updates(rows, false), known),
        by("technicalindicators", () => technicalindicators.atr({ ...lists, period: 14 })),
        by(
          "indicatorts",
          () => indicatorts.atr(lists.high, lists.low, lists.close, { period: 14 }),
          ({ atrLine }) => atrLine,
        ),
        by("@ixjb94/indicators", () => sync.atr(lists.high, lists.low, lists.close, 14)),
      ],
    },
    {
      indicator: "MACD 12 26 9",
      contenders: [
        by(
          "ours",
          () => macd(close, periods),
          ({ signal }) => signal,
        ),
        by(
          "plain",
          () => plainMacd(close, periods),
          ({ signal }) => signal,
        ),
        by(
          "trading-signals",
          () => new MACD(new EMA(12), new EMA(26), new EMA(9)).updates(lists.close, false),
          (results) => known(results.map((/** @type {{ signal: number } | null} */ result) => result?.signal ?? null)),
        ),
        by(
          "technicalindicators",
          () =>
            technicalindicators.macd({
              values: lists.close,
              fastPeriod: 12,
              slowPeriod: 26,
              signalPeriod: 9,
              SimpleMAOscillator: false,
              SimpleMASignal: false,
            }),
          (results) => known(results.map((/** @type {{ signal?: number }} */ { signal }) => signal ?? null)),
        ),
        by(
          "indicatorts",
          () => indicatorts.macd(lists.close, periods),
          ({ signalLine }) => signalLine,
        ),
        by(
          "@ixjb94/indicators",
          () => sync.macd(lists.close, 12, 26, 9),
          ([, signal]) => signal,
        ),
      ],
    },
    {
      indicator: "CCI 20",
      contenders: [
        by("ours", () => cci(candles, 20)),
        by("plain", () => plainCci(candles, 20)),
        by("trading-signals", () => new CCI(20).updates(rows, false), known),
        by("technicalindicators", () => technicalindicators.cci({ ...lists, period: 20 })),
        by("indicatorts", () => indicatorts.cci(lists.high, lists.low, lists.close, { period: 20 })),
        by("@ixjb94/indicators", () => sync.cci(lists.high, lists.low, lists.close, 20)),
      ],
    },
    {
      indicator: "ADX 14",
      contenders: [
        by(
          "ours",
          () => adx(candles, 14),
          (result) => result.adx,
        ),
        by(
          "plain",
          () => plainAdx(candles, 14),
          (result) => result.adx,
        ),
        by("trading-signals", () => new ADX(14).updates(rows, false), known),
        by(
          "technicalindicators",
          () => technicalindicators.adx({ ...lists, period: 14 }),
          (results) => known(results.map((/** @type {{ adx?: number }} */ result) => result.adx ?? null)),
        ),
        by("@ixjb94/indicators", () => sync.adx(lists.high, lists.low, 14)),
      ],
    },
  ];
}
