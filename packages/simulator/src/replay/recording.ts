import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { MinuteBlock, MinuteSource } from "../market/candle.ts";
import { powerOfTenStep, type Step } from "../market/contract.ts";
import { BLOCK_MINUTES, MINUTE_MS, minuteOf } from "../market/time.ts";
import { CANDLE_CSV_HEADER, type CandleTable, parseCandleCsv } from "./candle-csv.ts";
import { RecordingError } from "./recording-error.ts";

const SUFFIX = ".csv.gz";

/** The recorded one-minute candles of one symbol, without gaps. Prices in ticks, volumes in steps. */
export interface Recording {
  readonly symbol: string;
  readonly tick: Step;
  readonly quantityStep: Step;
  readonly minutes: MinuteSource;
  readonly meanPrice: number;
  readonly meanDailyTurnoverUsd: number;
}

/** Every `SYMBOL.csv.gz` in the folder "1" of `directory`. @throws RecordingError */
export function readRecordings(directory: string): Recording[] {
  const folder = join(directory, "1");
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  } catch (cause) {
    throw new RecordingError(
      `there is no recording in ${directory}: ${folder} cannot be read`,
      "name a directory that has a folder 1 with SYMBOL.csv.gz files of one-minute candles",
      cause,
    );
  }
  if (names.length === 0) {
    throw new RecordingError(`there is no *${SUFFIX} in ${folder}`, "name a directory with recorded candles");
  }
  return names.sort().map((name) => readRecording(join(folder, name), name.slice(0, -SUFFIX.length)));
}

/** Recorded candles as a source; a block is a window of them. */
function recordedMinutes(firstMinute: number, columns: MinuteBlock, tickSize: number): MinuteSource {
  const { open, high, low, close, volume } = columns;
  return {
    firstMinute,
    lastMinute: firstMinute + close.length - 1,
    block: (blockIndex) => {
      const from = blockIndex * BLOCK_MINUTES - firstMinute;
      const [start, end] = [Math.max(0, from), Math.max(0, from + BLOCK_MINUTES)];
      const prices = (column: Int32Array) => {
        const window = new Int32Array(BLOCK_MINUTES);
        window.set(column.subarray(start, end), start - from);
        return window;
      };
      const volumes = new Float64Array(BLOCK_MINUTES);
      volumes.set(volume.subarray(start, end), start - from);
      return { open: prices(open), high: prices(high), low: prices(low), close: prices(close), volume: volumes };
    },
    // Close of the last full minute; before and after the recording, its first and last close.
    logPriceAt: (timeMs) => {
      const index = minuteOf(timeMs) - 1 - firstMinute;
      const within = Math.max(0, Math.min(close.length - 1, index));
      return Math.log((close[within] ?? 1) * tickSize);
    },
  };
}

function readRecording(file: string, symbol: string): Recording {
  const table = parseCandleCsv(readLines(file));
  const tick = powerOfTenStep(-table.priceDecimals);
  const quantityStep = powerOfTenStep(-table.volumeDecimals);
  checkCandles(file, table);
  const inTicks = (column: Float64Array) => new Int32Array(column.map((value) => Math.round(value / tick.size)));
  const columns = {
    open: inTicks(table.open),
    high: inTicks(table.high),
    low: inTicks(table.low),
    close: inTicks(table.close),
    volume: table.volume.map((value) => Math.round(value / quantityStep.size)),
  };
  return {
    symbol,
    tick,
    quantityStep,
    minutes: recordedMinutes(minuteOf(table.timeMs[0] ?? 0), columns, tick.size),
    ...meansOf(columns, tick, quantityStep),
  };
}

function readLines(file: string): string[] {
  let text: string;
  try {
    text = gunzipSync(readFileSync(file)).toString("utf8");
  } catch (cause) {
    throw new RecordingError(`${file} cannot be read as gzip`, "record it again", cause);
  }
  const [header, ...lines] = text.trim().split(/\r?\n/);
  if (header !== CANDLE_CSV_HEADER || lines.length === 0) {
    throw new RecordingError(
      `${file} does not start with "${CANDLE_CSV_HEADER}"`,
      "expected one-minute candles as CSV",
    );
  }
  return lines;
}

/** A damaged recording would silently falsify every test that uses it. */
function checkCandles(file: string, table: CandleTable): void {
  const firstMs = table.timeMs[0] ?? Number.NaN;
  for (let index = 0; index < table.timeMs.length; index++) {
    const open = table.open[index] ?? Number.NaN;
    const high = table.high[index] ?? Number.NaN;
    const low = table.low[index] ?? Number.NaN;
    const close = table.close[index] ?? Number.NaN;
    const isCandle = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
    const isNext = firstMs % MINUTE_MS === 0 && table.timeMs[index] === firstMs + index * MINUTE_MS;
    if (!isNext || !isCandle || !((table.volume[index] ?? -1) >= 0)) {
      throw new RecordingError(`${file}, line ${index + 2} is not the next one-minute candle`, "record it again");
    }
  }
}

function meansOf({ high, low, close, volume }: MinuteBlock, tick: Step, quantityStep: Step) {
  let turnoverTimes3 = 0;
  let volumeSteps = 0;
  let closes = 0;
  for (let index = 0; index < close.length; index++) {
    const typicalTimes3 = (high[index] ?? 0) + (low[index] ?? 0) + (close[index] ?? 0);
    turnoverTimes3 += (volume[index] ?? 0) * typicalTimes3;
    volumeSteps += volume[index] ?? 0;
    closes += close[index] ?? 0;
  }
  const turnoverUsd = (turnoverTimes3 / 3) * tick.size * quantityStep.size;
  return {
    meanPrice: (closes / close.length) * tick.size,
    meanDailyTurnoverUsd: volumeSteps === 0 ? 1 : (turnoverUsd / close.length) * 1440,
  };
}
