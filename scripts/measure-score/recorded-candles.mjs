import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { readCandleFiles } from "../lib/candle-files.mjs";

/** Recorded market data, beside the checkout. */
const RECORDINGS = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
export const RECORDED_CANDLES = `${RECORDINGS}klines/bybit-7-perps-2025-06`;

/** As many as the worker keeps of each timeframe. */
const KEPT_CANDLES = 1000;

export const RECORDED_SYMBOLS = ["ADAUSDT", "BNBUSDT", "BTCUSDT", "DOGEUSDT", "DOTUSDT", "ETHUSDT", "SOLUSDT"];

/** @typedef {import("../lib/candle-files.mjs").Candles} Candles */
/** @typedef {import("../lib/candle-files.mjs").CandlesByTimeframe} CandlesByTimeframe */

export function haveRecordings() {
  return existsSync(RECORDED_CANDLES);
}

/** The text of a recorded file that is packed. @param {string} path below the folder of recordings */
export function readRecording(path) {
  return gunzipSync(readFileSync(RECORDINGS + path))
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}

/** All recorded candles of a symbol. @param {string} symbol @returns {CandlesByTimeframe} */
export function readRecordedCandles(symbol) {
  return readCandleFiles(RECORDED_CANDLES, symbol);
}

/**
 * What the worker would know at a moment: the newest 1000 candles of each timeframe that have closed by then.
 *
 * @param {CandlesByTimeframe} candles @param {number} nowMs @returns {CandlesByTimeframe}
 */
export function candlesAt(candles, nowMs) {
  const window = (/** @type {Candles} */ { intervalMs, openTimeMs, open, high, low, close, volumeBase }) => {
    const end = placeOf(openTimeMs, nowMs - intervalMs) + 1;
    const cut = (/** @type {Float64Array} */ column) => column.subarray(Math.max(0, end - KEPT_CANDLES), end);
    return {
      intervalMs,
      openTimeMs: cut(openTimeMs),
      open: cut(open),
      high: cut(high),
      low: cut(low),
      close: cut(close),
      volumeBase: cut(volumeBase),
    };
  };
  return {
    "1m": window(candles["1m"]),
    "5m": window(candles["5m"]),
    "30m": window(candles["30m"]),
    "4h": window(candles["4h"]),
  };
}

/** The close of the minute that ends then; NaN where there is none. @param {CandlesByTimeframe} candles @param {number} timeMs */
export function closeAt({ "1m": { openTimeMs, close, intervalMs } }, timeMs) {
  const place = placeOf(openTimeMs, timeMs - intervalMs);
  return openTimeMs[place] === timeMs - intervalMs ? (close[place] ?? Number.NaN) : Number.NaN;
}

/** The place of the last time that is not later; -1 where all are. @param {Float64Array} times ascending @param {number} timeMs */
function placeOf(times, timeMs) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.NaN) <= timeMs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
