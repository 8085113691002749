import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { RecordingError } from "../errors.ts";
import type { MinuteBlock, MinuteSource } from "../market/candle.ts";
import { powerOfTenStep, type Step } from "../market/contract.ts";
import { BLOCK_MINUTES, MINUTE_MS, minuteOf } from "../market/time.ts";

const SUFFIX = ".csv.gz";
const HEADER = "timestamp,open,high,low,close,volume";

/** The recorded one-minute candles of one symbol, without gaps. Prices in ticks, volumes in steps. */
export interface Recording {
  readonly symbol: string;
  readonly tick: Step;
  readonly quantityStep: Step;
  readonly minutes: RecordedMinutes;
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

/** Candles that came from outside; a block of them is a window. */
export class RecordedMinutes implements MinuteSource {
  readonly firstMinute: number;
  readonly lastMinute: number;
  readonly #columns: MinuteBlock;
  readonly #tickSize: number;

  constructor(firstMinute: number, columns: MinuteBlock, tickSize: number) {
    this.firstMinute = firstMinute;
    this.lastMinute = firstMinute + columns.close.length - 1;
    this.#columns = columns;
    this.#tickSize = tickSize;
  }

  block(blockIndex: number): MinuteBlock {
    const { open, high, low, close, volume } = this.#columns;
    const from = blockIndex * BLOCK_MINUTES - this.firstMinute;
    const window = (column: Float64Array) => {
      const block = new Float64Array(BLOCK_MINUTES);
      block.set(column.subarray(Math.max(0, from), Math.max(0, from + BLOCK_MINUTES)), Math.max(0, -from));
      return block;
    };
    return { open: window(open), high: window(high), low: window(low), close: window(close), volume: window(volume) };
  }

  /** Close of the last full minute; the ends of the recording stand for what is beyond them. */
  logPriceAt(timeMs: number): number {
    const index = minuteOf(timeMs) - 1 - this.firstMinute;
    const within = Math.max(0, Math.min(this.#columns.close.length - 1, index));
    return Math.log((this.#columns.close[within] ?? 1) * this.#tickSize);
  }
}

function readRecording(file: string, symbol: string): Recording {
  const rows = readRows(file);
  const decimalsOf = (columns: readonly number[]) =>
    rows.reduce((most, row) => Math.max(most, ...columns.map((column) => fraction(row[column] ?? ""))), 0);
  const tick = powerOfTenStep(-decimalsOf([1, 2, 3, 4]));
  const quantityStep = powerOfTenStep(-decimalsOf([5]));
  const column = (index: number, step: Step) =>
    Float64Array.from(rows, (row) => Math.round(Number(row[index]) / step.size));
  const columns = {
    open: column(1, tick),
    high: column(2, tick),
    low: column(3, tick),
    close: column(4, tick),
    volume: column(5, quantityStep),
  };
  const firstMinute = minuteOf(Number(rows[0]?.[0]));
  checkRows(file, rows, firstMinute, columns);
  return {
    symbol,
    tick,
    quantityStep,
    minutes: new RecordedMinutes(firstMinute, columns, tick.size),
    ...meansOf(columns, tick, quantityStep),
  };
}

function readRows(file: string): string[][] {
  let text: string;
  try {
    text = gunzipSync(readFileSync(file)).toString("utf8");
  } catch (cause) {
    throw new RecordingError(`${file} cannot be read as gzip`, "record it again", cause);
  }
  const [header, ...lines] = text.trim().split("\n");
  if (header?.trim() !== HEADER || lines.length === 0) {
    throw new RecordingError(`${file} does not start with "${HEADER}"`, "expected one-minute candles as CSV");
  }
  return lines.map((line) => line.trim().split(","));
}

/** A damaged recording would make quiet nonsense of every test that rests on it. */
function checkRows(file: string, rows: readonly string[][], firstMinute: number, columns: MinuteBlock): void {
  rows.forEach((row, index) => {
    const inOrder = Number(row[0]) === (firstMinute + index) * MINUTE_MS;
    const open = columns.open[index] ?? Number.NaN;
    const high = columns.high[index] ?? Number.NaN;
    const low = columns.low[index] ?? Number.NaN;
    const close = columns.close[index] ?? Number.NaN;
    const isCandle = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
    if (!inOrder || !isCandle || !((columns.volume[index] ?? -1) >= 0)) {
      throw new RecordingError(`${file}, line ${index + 2} is not the next one-minute candle`, "record it again");
    }
  });
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

/** Digits after the point. */
function fraction(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}
