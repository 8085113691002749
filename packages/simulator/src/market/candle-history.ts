import type { Candle, MinuteSource } from "./candle.ts";
import { createCandleBuilder } from "./candle-builder.ts";
import { candleStartMs, type Interval, nextCandleStartMs } from "./interval.ts";
import type { Prints } from "./prints.ts";
import { BLOCK_MINUTES, blockOf, DAY_MS, MINUTE_MS, minuteOf } from "./time.ts";

export interface CandleRange {
  readonly interval: Interval;
  readonly limit: number;
  /** Candles that start at or after this time. */
  readonly startMs?: number;
  /** Candles that start at or before this time. */
  readonly endMs?: number;
}

/** Figures of the last 24 hours: the 1440 closed minutes before the current one, and the current one so far. */
export interface DayFigures {
  readonly last: Candle;
  /** Price 24 h before the current minute began, ticks. */
  readonly previousPrice: number;
  readonly previousHourPrice: number;
  readonly day: Candle;
}

/** All candles and trades of one symbol as they are known at a moment: nothing after `nowMs` shows. */
export interface CandleHistory {
  readonly source: MinuteSource;
  /** Newest first, as far as there is history. The first is the candle still open, unless `endMs` is before it. */
  candles(range: CandleRange, nowMs: number): Candle[];
  /** Undefined before the first trade. */
  dayFigures(nowMs: number): DayFigures | undefined;
  /**
   * The candle of the minute that is still open, from its trades up to now; flat at the previous close until there is
   * one. Undefined before the first minute of all.
   */
  currentMinute(nowMs: number): Candle | undefined;
  /** All trades of a minute, also those that have yet to come. */
  printsOfMinute(minute: number): Prints;
  /** The complete candle of a minute. */
  closedMinute(minute: number): Candle | undefined;
}

/** @param printsOf the trades that make up a complete minute */
export function createCandleHistory(source: MinuteSource, printsOf: (candle: Candle) => Prints): CandleHistory {
  const summaries = new Map<number, Candle>();
  let currentPrints: { readonly minute: number; readonly prints: Prints } | undefined;

  const candles = (range: CandleRange, nowMs: number): Candle[] => {
    const { interval, limit } = range;
    const oldestMs = Math.max(range.startMs ?? -Infinity, source.firstMinute * MINUTE_MS);
    const newestMs = Math.min(range.endMs ?? Infinity, nowMs);
    const candles: Candle[] = [];
    let start = candleStartMs(interval, newestStart(range, newestMs));
    while (candles.length < limit && start >= candleStartMs(interval, oldestMs)) {
      const end = nextCandleStartMs(interval, start);
      const candle = start < (range.startMs ?? -Infinity) ? undefined : between(start, end, nowMs);
      if (candle !== undefined) {
        candles.push(candle);
      }
      start = candleStartMs(interval, start - 1);
    }
    return candles;
  };

  /** With a start alone the window grows from the start; else it ends at the newest. */
  const newestStart = (range: CandleRange, newestMs: number): number => {
    if (range.startMs === undefined || range.endMs !== undefined) {
      return newestMs;
    }
    const first = Math.max(range.startMs, source.firstMinute * MINUTE_MS);
    let start = candleStartMs(range.interval, first);
    if (start < range.startMs) {
      start = nextCandleStartMs(range.interval, start);
    }
    for (let count = 1; count < range.limit && start <= newestMs; count++) {
      start = nextCandleStartMs(range.interval, start);
    }
    return Math.min(start, newestMs);
  };

  const dayFigures = (nowMs: number): DayFigures | undefined => {
    const minute = minuteOf(nowMs);
    const from = Math.max(minute - DAY_MS / MINUTE_MS, source.firstMinute);
    const day = between(from * MINUTE_MS, (minute + 1) * MINUTE_MS, nowMs);
    const last = currentMinute(nowMs);
    if (day === undefined || last === undefined) {
      return undefined;
    }
    const hourAgo = Math.max(minute - 60, source.firstMinute);
    const previousHourPrice = hourAgo < minute ? closedMinute(hourAgo)?.open : last.open;
    return { last, day, previousPrice: day.open, previousHourPrice: previousHourPrice ?? day.open };
  };

  const currentMinute = (nowMs: number): Candle | undefined => {
    const minute = minuteOf(nowMs);
    if (minute < source.firstMinute) {
      return undefined;
    }
    const whole = closedMinute(minute);
    const before = closedMinute(Math.min(minute - 1, source.lastMinute));
    const builder = createCandleBuilder();
    if (whole !== undefined) {
      builder.addPrints(whole.open, printsOfMinute(minute), nowMs);
    }
    return builder.build(minute * MINUTE_MS) ?? flatCandle(minute * MINUTE_MS, before?.close ?? whole?.open);
  };

  const printsOfMinute = (minute: number): Prints => {
    if (currentPrints?.minute === minute) {
      return currentPrints.prints;
    }
    const candle = closedMinute(minute);
    if (candle === undefined) {
      throw new RangeError(`no candle in minute ${minute}`);
    }
    const prints = printsOf(candle);
    currentPrints = { minute, prints };
    return prints;
  };

  const closedMinute = (minute: number): Candle | undefined => {
    if (minute < source.firstMinute || minute > source.lastMinute) {
      return undefined;
    }
    const builder = createCandleBuilder();
    const blockIndex = blockOf(minute);
    const within = minute - blockIndex * BLOCK_MINUTES;
    builder.addMinutes(source.block(blockIndex), within, within + 1);
    return builder.build(minute * MINUTE_MS);
  };

  const between = (startMs: number, endMs: number, nowMs: number): Candle | undefined => {
    const builder = createCandleBuilder();
    const openMinute = minuteOf(nowMs);
    const end = Math.min(minuteOf(endMs), openMinute, source.lastMinute + 1);
    let minute = Math.max(minuteOf(startMs), source.firstMinute);
    while (minute < end) {
      const blockIndex = blockOf(minute);
      const blockStart = blockIndex * BLOCK_MINUTES;
      const to = Math.min(end, blockStart + BLOCK_MINUTES);
      if (to - minute === BLOCK_MINUTES) {
        builder.add(summary(blockIndex));
      } else {
        builder.addMinutes(source.block(blockIndex), minute - blockStart, to - blockStart);
      }
      minute = to;
    }
    const current = startMs <= nowMs && nowMs < endMs ? currentMinute(nowMs) : undefined;
    if (current !== undefined) {
      builder.add(current);
    }
    return builder.build(startMs);
  };

  const summary = (blockIndex: number): Candle => {
    const known = summaries.get(blockIndex);
    if (known !== undefined) {
      return known;
    }
    const builder = createCandleBuilder();
    builder.addMinutes(source.block(blockIndex), 0, BLOCK_MINUTES);
    const summary = builder.build(blockIndex * BLOCK_MINUTES * MINUTE_MS);
    if (summary === undefined) {
      throw new RangeError(`empty block ${blockIndex}`);
    }
    summaries.set(blockIndex, summary);
    return summary;
  };

  return { source, candles, dayFigures, currentMinute, printsOfMinute, closedMinute };
}

function flatCandle(openTimeMs: number, price: number | undefined): Candle | undefined {
  if (price === undefined) {
    return undefined;
  }
  return { openTimeMs, open: price, high: price, low: price, close: price, volume: 0, turnoverTimes3: 0 };
}
