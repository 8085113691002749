import { closedTail } from "../candles/slice-candles.ts";
import { checkCandles } from "../checks/check-candles.ts";
import { checkNow } from "../checks/check-inputs.ts";
import { type MissingData, missing } from "../confluence/rule-outcome.ts";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { at, type Column, columnOf, last } from "../indicators/columns.ts";

/** The spans over which prices are compared with the market's. */
export const PRICE_MOVES = {
  /** Moves over so many hours, from candles of 5m and of 30m. */
  hoursOf5m: [1, 4],
  hoursOf30m: [24, 72],
  /** The newest so many hourly returns (7 days) say what is usual for a symbol, and fewer than the least say nothing. */
  mostHourlyReturns: 168,
  leastHourlyReturns: 72,
};

const HOUR_MS = 3_600_000;

type PriceInputs = Pick<SymbolInputs, "nowMs" | "candles">;

/** How one symbol's price moved, each part known or missing with the reason. */
export interface PriceMoves {
  /** Log moves over 1, 4, 24 and 72 h, in this order. */
  readonly moves: Column | MissingData;
  /** Log returns of one hour each, oldest first, between 72 and 168 of them. */
  readonly hourlyReturns: Column | MissingData;
}

/**
 * The log of the newest close over the one so many hours before, from closed candles without a hole. The newest must be the newest
 * that can have closed (`stale_input`), so that the moves of all symbols at one moment are over the same span.
 *
 * @param timeframe its candles' length must divide the hours
 * @throws EngineInputError when the candles cannot be right
 */
export function logMove(inputs: PriceInputs, timeframe: "5m" | "30m", hours: number): number | MissingData {
  const closes = currentCloses(inputs, timeframe);
  return isMissing(closes) ? closes : moveOf(closes, hours);
}

/**
 * What the outlook and the strength against Bitcoin need of one symbol: moves over 1 and 4 h from 5m candles, over 24 and 72 h from
 * 30m candles, and hourly returns between every second close of the 30m candles, counted back from the newest.
 *
 * `too_short` with fewer candles than that, `stale_input` where a newer one must have closed, `no_activity` where a price was 0.
 *
 * @throws EngineInputError when the candles cannot be right
 */
export function priceMoves(inputs: PriceInputs): PriceMoves {
  const closesOf5m = currentCloses(inputs, "5m");
  const closesOf30m = currentCloses(inputs, "30m");
  return {
    moves: movesOf(closesOf5m, closesOf30m),
    hourlyReturns: isMissing(closesOf30m) ? closesOf30m : returnsOf(closesOf30m),
  };
}

export function isMissing(value: object | number): value is MissingData {
  return typeof value === "object" && "reason" in value;
}

/** Closes, and how many of them make an hour. */
interface Closes {
  readonly close: Column;
  readonly perHour: number;
}

function currentCloses({ nowMs, candles }: PriceInputs, timeframe: "5m" | "30m"): Closes | MissingData {
  checkNow(nowMs);
  const input = candles[timeframe];
  if (!input.known) {
    return missing(input.reason);
  }
  checkCandles(timeframe, input.value);
  const { close, openTimeMs, intervalMs } = closedTail(input.value, nowMs);
  if (close.length === 0) {
    return missing("too_short");
  }
  const nextCloseMs = last(openTimeMs) + 2 * intervalMs;
  return nextCloseMs <= nowMs ? missing("stale_input") : { close, perHour: HOUR_MS / intervalMs };
}

function movesOf(closesOf5m: Closes | MissingData, closesOf30m: Closes | MissingData): Column | MissingData {
  if (isMissing(closesOf30m)) {
    return closesOf30m;
  }
  if (isMissing(closesOf5m)) {
    return closesOf5m;
  }
  const moves = [
    ...PRICE_MOVES.hoursOf5m.map((hours) => moveOf(closesOf5m, hours)),
    ...PRICE_MOVES.hoursOf30m.map((hours) => moveOf(closesOf30m, hours)),
  ];
  return moves.find(isMissing) ?? Float64Array.from(moves as readonly number[]);
}

function moveOf({ close, perHour }: Closes, hours: number): number | MissingData {
  const back = hours * perHour;
  if (close.length <= back) {
    return missing("too_short");
  }
  const move = Math.log(last(close) / last(close, back));
  return Number.isFinite(move) ? move : missing("no_activity");
}

function returnsOf({ close, perHour }: Closes): Column | MissingData {
  const count = Math.min(PRICE_MOVES.mostHourlyReturns, Math.floor((close.length - 1) / perHour));
  if (count < PRICE_MOVES.leastHourlyReturns) {
    return missing("too_short");
  }
  const first = close.length - 1 - count * perHour;
  const returns = columnOf(count, (i) =>
    Math.log(at(close, first + (i + 1) * perHour) / at(close, first + i * perHour)),
  );
  return returns.every(Number.isFinite) ? returns : missing("no_activity");
}
