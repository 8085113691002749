import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { TIMEFRAME_MS, TIMEFRAMES } from "@pulseboard/engine";

/** Recorded market data, beside the checkout. */
const RECORDINGS = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const CANDLES = `${RECORDINGS}klines/bybit-7-perps-2025-06`;

/** As many as the worker keeps of each timeframe. */
const KEPT_CANDLES = 1000;

export const RECORDED_SYMBOLS = ["ADAUSDT", "BNBUSDT", "BTCUSDT", "DOGEUSDT", "DOTUSDT", "ETHUSDT", "SOLUSDT"];

/** @typedef {import("@pulseboard/engine").Candles} Candles */
/** @typedef {import("@pulseboard/engine").Timeframe} Timeframe */
/** @typedef {Record<Timeframe, Candles>} CandlesByTimeframe */

export function haveRecordings() {
  return existsSync(CANDLES);
}

/** The text of a recorded file that is packed. @param {string} path below the folder of recordings */
export function readRecording(path) {
  return gunzipSync(readFileSync(RECORDINGS + path))
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}

/** All recorded candles of a symbol. @param {string} symbol @returns {CandlesByTimeframe} */
export function readRecordedCandles(symbol) {
  const entries = TIMEFRAMES.map((timeframe) => [timeframe, readCandles(symbol, TIMEFRAME_MS[timeframe])]);
  return Object.fromEntries(entries);
}

/** @param {string} symbol @param {number} intervalMs @returns {Candles} */
function readCandles(symbol, intervalMs) {
  const text = readRecording(`klines/bybit-7-perps-2025-06/${intervalMs / 60_000}/${symbol}.csv.gz`);
  const rows = text.trim().split("\n").slice(1);
  const cells = rows.map((row) => row.split(",").map(Number));
  const column = (/** @type {number} */ index) => Float64Array.from(cells, (row) => row[index] ?? Number.NaN);
  return {
    intervalMs,
    openTimeMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volumeBase: column(5),
  };
}

/**
 * What the worker would know at a moment: the newest 1000 candles of each timeframe that have closed by then. The recording has
 * no hole.
 *
 * @param {CandlesByTimeframe} candles @param {number} nowMs @returns {CandlesByTimeframe}
 */
export function candlesAt(candles, nowMs) {
  const window = (/** @type {Candles} */ { intervalMs, openTimeMs, open, high, low, close, volumeBase }) => {
    const end = Math.max(0, Math.floor((nowMs - (openTimeMs[0] ?? nowMs)) / intervalMs));
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
