// Recorded candles in a folder: one folder for each timeframe, named by its minutes (1, 5, 30, 240), with SYMBOL.csv or SYMBOL.csv.gz
// in each. The columns are timestamp (Unix ms, when the candle opens), open, high, low, close and volume (in the base coin), oldest first.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { TIMEFRAME_MS, TIMEFRAMES } from "@pulseboard/engine";

const HEAD = "timestamp,open,high,low,close,volume";
const ENDINGS = [".csv.gz", ".csv"];

/** @typedef {import("@pulseboard/engine").Candles} Candles */
/** @typedef {import("@pulseboard/engine").Timeframe} Timeframe */
/** @typedef {Record<Timeframe, Candles>} CandlesByTimeframe */

/** The folder, or a file in it, is not what it should be; the message says which and why. */
export class CandleFileError extends Error {}

/**
 * The symbols of which a folder has candles, in order.
 * @param {string} folder
 * @returns {string[]}
 * @throws {CandleFileError} where a folder or the file of a symbol is missing
 */
export function symbolsIn(folder) {
  const [first = new Set(), ...others] = TIMEFRAMES.map((timeframe) => symbolsOf(folder, timeframe));
  const symbols = [...first].sort();
  if (symbols.length === 0) {
    throw new CandleFileError(`${folderOf(folder, "1m")} has no SYMBOL.csv or SYMBOL.csv.gz`);
  }
  for (const [index, known] of others.entries()) {
    const missing = symbols.find((symbol) => !known.has(symbol));
    if (missing !== undefined) {
      throw new CandleFileError(`${folderOf(folder, TIMEFRAMES[index + 1] ?? "1m")} has no file of ${missing}`);
    }
  }
  return symbols;
}

/** @param {string} folder @param {Timeframe} timeframe */
function symbolsOf(folder, timeframe) {
  const path = folderOf(folder, timeframe);
  if (!existsSync(path)) {
    throw new CandleFileError(
      `there is no folder ${path}: candles are in ${TIMEFRAMES.map((each) => TIMEFRAME_MS[each] / 60_000).join(", ")}, by minutes`,
    );
  }
  const names = readdirSync(path).flatMap((name) => {
    const ending = ENDINGS.find((each) => name.endsWith(each));
    return ending === undefined ? [] : [name.slice(0, -ending.length)];
  });
  return new Set(names);
}

/** @param {string} folder @param {Timeframe} timeframe */
function folderOf(folder, timeframe) {
  return `${folder.replace(/\/+$/, "")}/${TIMEFRAME_MS[timeframe] / 60_000}`;
}

/**
 * All candles of a symbol.
 * @param {string} folder @param {string} symbol @returns {CandlesByTimeframe}
 * @throws {CandleFileError} where a file cannot be read, or is damaged
 */
export function readCandleFiles(folder, symbol) {
  const entries = TIMEFRAMES.map((timeframe) => {
    const ending = ENDINGS.find((each) => existsSync(`${folderOf(folder, timeframe)}/${symbol}${each}`)) ?? ENDINGS[0];
    return [timeframe, readCandles(`${folderOf(folder, timeframe)}/${symbol}${ending}`, TIMEFRAME_MS[timeframe])];
  });
  return Object.fromEntries(entries);
}

/** @param {string} path @param {number} intervalMs @returns {Candles} */
function readCandles(path, intervalMs) {
  const [head, ...lines] = readText(path).trimEnd().split(/\r?\n/);
  if (head !== HEAD) {
    throw new CandleFileError(`${path} is damaged: its first line is not "${HEAD}"`);
  }
  if (lines.length === 0) {
    throw new CandleFileError(`${path} has no candle`);
  }
  const columns = Array.from({ length: 6 }, () => new Float64Array(lines.length));
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [index, line] of lines.entries()) {
    const cells = line.split(",");
    const values = cells.map((cell) => (cell.trim() === "" ? Number.NaN : Number(cell)));
    const problem = problemOf(values, intervalMs, lastMs);
    if (problem !== null) {
      throw new CandleFileError(`${path} is damaged: line ${index + 2} ${problem}`);
    }
    for (const [place, column] of columns.entries()) {
      column[index] = values[place] ?? Number.NaN;
    }
    lastMs = values[0] ?? Number.NaN;
  }
  const [openTimeMs, open, high, low, close, volumeBase] =
    /** @type {[Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]} */ (columns);
  return { intervalMs, openTimeMs, open, high, low, close, volumeBase };
}

/** @param {string} path */
function readText(path) {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new CandleFileError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** @param {readonly number[]} values @param {number} intervalMs @param {number} lastMs @returns {string | null} */
function problemOf(values, intervalMs, lastMs) {
  const [timestamp = Number.NaN, open = 0, high = 0, low = 0, close = 0, volume = 0] = values;
  if (values.length !== 6 || !values.every(Number.isFinite)) {
    return "has not six numbers";
  }
  if (timestamp % intervalMs !== 0) {
    return `does not begin a candle of ${intervalMs / 60_000} min`;
  }
  if (timestamp <= lastMs) {
    return "is not later than the one before";
  }
  const isPossible = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close) && volume >= 0;
  return isPossible ? null : "is no possible candle";
}
