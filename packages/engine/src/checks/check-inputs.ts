import { EngineInputError, type InputPath } from "../domain/engine-input-error.ts";
import type { Book, Candles, Liquidations, Ticker, TimeSeries, Trades } from "../domain/market-data.ts";
import { type Input, type SymbolInputs, TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from "../domain/symbol-inputs.ts";
import {
  type Bounds,
  checkColumn,
  checkLengths,
  checkNumber,
  checkOrder,
  FINITE,
  NOT_NEGATIVE,
  POSITIVE,
  SHARE,
} from "./check-columns.ts";

const OLDEST_FIRST = { direction: 1, leastStep: 0, words: "times must be oldest first" } as const;
const NO_TIME_TWICE = {
  direction: 1,
  leastStep: Number.MIN_VALUE,
  words: "times must be oldest first, none twice",
} as const;
const FALLING = { direction: -1, leastStep: 0, words: "bids must begin with the highest" } as const;
const RISING = { direction: 1, leastStep: 0, words: "asks must begin with the lowest" } as const;
/** Figures of a ticker that can be below 0. */
const SIGNED: ReadonlySet<string> = new Set(["change24hPercent", "fundingRate8h"]);

/**
 * Checks what a score is computed from: the engine takes complete and orderly data, or nothing. A hole in the candles, and an
 * empty or crossed book, are no faults.
 *
 * @throws EngineInputError that names the first fault
 */
export function checkInputs(inputs: SymbolInputs): void {
  checkPrices(inputs);
  check("book", inputs.book, checkBook);
  check("trades", inputs.trades, checkTrades);
  check("openInterestBase", inputs.openInterestBase, (series) => checkSeries("openInterestBase", series, NOT_NEGATIVE));
  check("longAccountShare", inputs.longAccountShare, (series) => checkSeries("longAccountShare", series, SHARE));
  check("fundingRate8h", inputs.fundingRate8h, (series) => checkSeries("fundingRate8h", series, FINITE));
  check("liquidations", inputs.liquidations, checkLiquidations);
}

/** The part of `checkInputs` that is about prices. @throws EngineInputError */
export function checkPrices({ nowMs, ticker, candles }: Pick<SymbolInputs, "nowMs" | "ticker" | "candles">): void {
  checkNow(nowMs);
  check("ticker", ticker, checkTicker);
  for (const timeframe of TIMEFRAMES) {
    check(`candles.${timeframe}`, candles[timeframe], (value) => checkCandles(timeframe, value));
  }
}

/** The inputs without the one that has a fault: it is `not_provided`. */
export function withoutInput(inputs: SymbolInputs, path: InputPath): SymbolInputs {
  const gone = { known: false, reason: "not_provided", periodMs: inputOf(inputs, path).periodMs } as const;
  const timeframe = TIMEFRAMES.find((each) => path === `candles.${each}`);
  return timeframe === undefined
    ? { ...inputs, [path]: gone }
    : { ...inputs, candles: { ...inputs.candles, [timeframe]: gone } };
}

/** @throws EngineInputError */
export function checkNow(nowMs: number): void {
  if (!Number.isFinite(nowMs)) {
    throw new EngineInputError("nowMs", `is ${nowMs}, not a time in Unix ms`);
  }
}

/** @throws EngineInputError */
export function checkCandles(timeframe: Timeframe, candles: Candles): void {
  const place = `candles.${timeframe}`;
  if (candles.intervalMs !== TIMEFRAME_MS[timeframe]) {
    throw new EngineInputError(`${place}.intervalMs`, `is ${candles.intervalMs}, not ${TIMEFRAME_MS[timeframe]}`);
  }
  checkCandleColumns(place, candles);
}

/** @throws EngineInputError */
export function checkCandleColumns(place: string, candles: Candles): void {
  const { intervalMs, openTimeMs, open, high, low, close, volumeBase } = candles;
  checkLengths(place, { openTimeMs, open, high, low, close, volumeBase });
  checkColumn(place, "openTimeMs", openTimeMs, FINITE);
  const words = "candles must be oldest first, none twice, each after the end of the one before";
  checkOrder(place, "openTimeMs", openTimeMs, { direction: 1, leastStep: intervalMs, words });
  checkColumn(place, "open", open, NOT_NEGATIVE);
  checkColumn(place, "high", high, NOT_NEGATIVE);
  checkColumn(place, "low", low, NOT_NEGATIVE);
  checkColumn(place, "close", close, NOT_NEGATIVE);
  checkColumn(place, "volumeBase", volumeBase, NOT_NEGATIVE);
}

function inputOf(inputs: SymbolInputs, path: InputPath): Input<unknown> {
  switch (path) {
    case "candles.1m":
      return inputs.candles["1m"];
    case "candles.5m":
      return inputs.candles["5m"];
    case "candles.30m":
      return inputs.candles["30m"];
    case "candles.4h":
      return inputs.candles["4h"];
    default:
      return inputs[path];
  }
}

function check<T>(path: InputPath, input: Input<T>, checkValue: (value: T) => void): void {
  if (input.known) {
    checkNumber(`${path}.asOfMs`, input.asOfMs, FINITE);
    checkNumber(`${path}.periodMs`, input.periodMs, POSITIVE);
    checkValue(input.value);
  }
}

function checkTicker(ticker: Ticker): void {
  for (const [name, value] of Object.entries(ticker)) {
    if (typeof value === "number") {
      checkNumber(`ticker.${name}`, value, SIGNED.has(name) ? FINITE : NOT_NEGATIVE);
    }
  }
}

function checkBook({ timeMs, bidPrice, bidQuantityBase, askPrice, askQuantityBase }: Book): void {
  checkNumber("book.timeMs", timeMs, FINITE);
  checkLengths("book", { bidPrice, bidQuantityBase });
  checkLengths("book", { askPrice, askQuantityBase });
  checkColumn("book", "bidPrice", bidPrice, POSITIVE);
  checkColumn("book", "askPrice", askPrice, POSITIVE);
  checkColumn("book", "bidQuantityBase", bidQuantityBase, POSITIVE);
  checkColumn("book", "askQuantityBase", askQuantityBase, POSITIVE);
  checkOrder("book", "bidPrice", bidPrice, FALLING);
  checkOrder("book", "askPrice", askPrice, RISING);
}

function checkTrades({ timeMs, price, quantityBase, takerSide, coverage }: Trades): void {
  checkLengths("trades", { timeMs, price, quantityBase, takerSide });
  checkColumn("trades", "timeMs", timeMs, FINITE);
  checkOrder("trades", "timeMs", timeMs, OLDEST_FIRST);
  checkColumn("trades", "price", price, POSITIVE);
  checkColumn("trades", "quantityBase", quantityBase, NOT_NEGATIVE);
  checkSides("trades", "takerSide", takerSide);
  const bounds = coverage.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  checkColumn("trades", "coverage", Float64Array.from(bounds), FINITE);
  const words = "the spans must be oldest first, and not overlap";
  checkOrder("trades", "coverage", Float64Array.from(bounds), { direction: 1, leastStep: 0, words });
}

function checkSeries(place: string, { timeMs, value }: TimeSeries, bounds: Bounds): void {
  checkLengths(place, { timeMs, value });
  checkColumn(place, "timeMs", timeMs, FINITE);
  checkOrder(place, "timeMs", timeMs, NO_TIME_TWICE);
  checkColumn(place, "value", value, bounds);
}

function checkLiquidations({ timeMs, quantityBase, positionSide }: Liquidations): void {
  checkLengths("liquidations", { timeMs, quantityBase, positionSide });
  checkColumn("liquidations", "timeMs", timeMs, FINITE);
  checkOrder("liquidations", "timeMs", timeMs, OLDEST_FIRST);
  checkColumn("liquidations", "quantityBase", quantityBase, NOT_NEGATIVE);
  checkSides("liquidations", "positionSide", positionSide);
}

function checkSides(place: string, name: string, sides: Int8Array): void {
  const index = sides.findIndex((side) => side !== 1 && side !== -1);
  if (index !== -1) {
    throw new EngineInputError(`${place}.${name}[${index}]`, `is ${sides[index]}, neither 1 nor -1`);
  }
}
