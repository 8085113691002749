import { EngineInputError, INPUT_PATHS, type InputPath } from "../domain/engine-input-error.ts";
import { INPUT_AGE } from "../domain/input-age.ts";
import type { Book, Liquidations, Ticker, TimeSeries, Trades } from "../domain/market-data.ts";
import { type Input, type MissingReason, type SymbolInputs, TIMEFRAMES } from "../domain/symbol-inputs.ts";
import { last } from "../indicators/columns.ts";
import { checkCandles } from "./check-candles.ts";
import {
  type Bounds,
  checkColumn,
  checkColumns,
  checkName,
  checkNumber,
  checkObject,
  checkOrder,
  checkSides,
  FINITE,
  isWithin,
  NOT_NEGATIVE,
  POSITIVE,
  SHARE,
  shown,
} from "./check-columns.ts";

const OLDEST_FIRST = { direction: 1, leastStep: 0, words: "times must be oldest first" } as const;
const NO_TIME_TWICE = {
  direction: 1,
  leastStep: Number.MIN_VALUE,
  words: "times must be oldest first, none twice",
} as const;
const FALLING = { direction: -1, leastStep: 0, words: "bids must begin with the highest" } as const;
const RISING = { direction: 1, leastStep: 0, words: "asks must begin with the lowest" } as const;
const REASONS: ReadonlySet<unknown> = new Set<MissingReason>([
  "too_short",
  "no_activity",
  "stale_input",
  "not_provided",
]);

/**
 * Checks what a score is computed from: the engine takes complete and orderly data, or nothing. A hole in the candles, and an
 * empty or crossed book, are no faults. Nor are candles and trades of after now, which are left out.
 *
 * @throws EngineInputError that names the first fault
 */
export function checkInputs(inputs: SymbolInputs): void {
  checkPrices(inputs);
  checkName("symbol", inputs.symbol);
  const { nowMs, book, trades, openInterestBase, longAccountShare, fundingRate8h, liquidations } = inputs;
  check("book", book, nowMs, checkBook);
  check("trades", trades, nowMs, checkTrades);
  check("openInterestBase", openInterestBase, nowMs, (series, path) => checkSeries(path, series, nowMs, NOT_NEGATIVE));
  check("longAccountShare", longAccountShare, nowMs, (series, path) => checkSeries(path, series, nowMs, SHARE));
  check("fundingRate8h", fundingRate8h, nowMs, (series, path) => checkSeries(path, series, nowMs, FINITE));
  check("liquidations", liquidations, nowMs, (value) => checkLiquidations(value, nowMs));
}

/** The part of `checkInputs` that is about prices. @throws EngineInputError */
export function checkPrices(inputs: Pick<SymbolInputs, "nowMs" | "ticker" | "candles">): void {
  checkObject("inputs", inputs);
  const { nowMs, ticker, candles } = inputs;
  checkNow(nowMs);
  check("ticker", ticker, nowMs, checkTicker);
  for (const timeframe of TIMEFRAMES) {
    // Without any candles the first timeframe is what is missing. Candles of after now are left out, however many they are.
    check(`candles.${timeframe}`, candles?.[timeframe], Number.POSITIVE_INFINITY, (v) => checkCandles(timeframe, v));
  }
}

/**
 * The inputs without the one that has a fault: it is `not_provided`.
 *
 * @throws EngineInputError for a path that is none: a fault outside of the inputs (`error.input` null) cannot be taken out
 */
export function withoutInput(inputs: SymbolInputs, path: InputPath): SymbolInputs {
  if (!INPUT_PATHS.includes(path)) {
    throw new EngineInputError("path", `is ${typeof path === "string" ? path : shown(path)}, no input of a symbol`);
  }
  const gone = { known: false, reason: "not_provided", periodMs: inputOf(inputs, path)?.periodMs } as Input<never>;
  const timeframe = TIMEFRAMES.find((each) => path === `candles.${each}`);
  return timeframe === undefined
    ? { ...inputs, [path]: gone }
    : { ...inputs, candles: { ...inputs.candles, [timeframe]: gone } };
}

/** @throws EngineInputError */
export function checkNow(nowMs: number): void {
  if (!Number.isFinite(nowMs)) {
    throw new EngineInputError("nowMs", `is ${shown(nowMs)}, not a time in Unix ms`);
  }
}

/** Also undefined: what has a fault may be missing altogether. */
function inputOf(inputs: SymbolInputs, path: InputPath): Input<unknown> | undefined {
  switch (path) {
    case "candles.1m":
      return inputs.candles?.["1m"];
    case "candles.5m":
      return inputs.candles?.["5m"];
    case "candles.30m":
      return inputs.candles?.["30m"];
    case "candles.4h":
      return inputs.candles?.["4h"];
    default:
      return inputs[path];
  }
}

function check<P extends InputPath, T>(
  path: P,
  input: Input<T>,
  nowMs: number,
  checkValue: (value: T, path: P) => void,
): void {
  checkObject(path, input);
  // Callers in JavaScript may give anything.
  const known: unknown = input.known;
  if (input.known === true) {
    checkNumber(`${path}.asOfMs`, input.asOfMs, FINITE);
    checkNotAhead(path, "asOfMs", input.asOfMs, nowMs);
    checkNumber(`${path}.periodMs`, input.periodMs, POSITIVE);
    checkObject(`${path}.value`, input.value);
    checkValue(input.value, path);
  } else if (input.known !== false) {
    throw new EngineInputError(`${path}.known`, `is ${shown(known)}, neither true nor false`);
  } else if (!REASONS.has(input.reason)) {
    throw new EngineInputError(`${path}.reason`, `is ${shown(input.reason)}, none of ${[...REASONS].join(", ")}`);
  }
}

/** What happens after now must not be known now. */
function checkNotAhead(place: string, name: string, timeMs: number, nowMs: number): void {
  if (timeMs > nowMs + INPUT_AGE.aheadMs) {
    throw new EngineInputError(
      `${place}.${name}`,
      `is ${timeMs}, more than ${INPUT_AGE.aheadMs} ms after now, ${nowMs}`,
    );
  }
}

const TICKER_FIGURES: readonly (readonly [Exclude<keyof Ticker, "symbol" | "baseCoin" | "lastPrice">, Bounds])[] = [
  ["markPrice", NOT_NEGATIVE],
  ["indexPrice", NOT_NEGATIVE],
  ["price24hAgo", NOT_NEGATIVE],
  ["change24hPercent", FINITE],
  ["high24h", NOT_NEGATIVE],
  ["low24h", NOT_NEGATIVE],
  ["volume24hBase", NOT_NEGATIVE],
  ["turnover24hUsd", NOT_NEGATIVE],
  ["openInterestBase", NOT_NEGATIVE],
  ["openInterestUsd", NOT_NEGATIVE],
  ["fundingRate8h", FINITE],
  ["fundingIntervalHours", NOT_NEGATIVE],
  ["nextFundingAtMs", NOT_NEGATIVE],
  ["bidPrice", NOT_NEGATIVE],
  ["askPrice", NOT_NEGATIVE],
];

function checkTicker(ticker: Ticker): void {
  checkNumber("ticker.lastPrice", ticker.lastPrice, NOT_NEGATIVE);
  for (const [name, bounds] of TICKER_FIGURES) {
    const value = ticker[name];
    if (value !== null && !isWithin(value, bounds)) {
      checkNumber(`ticker.${name}`, value, bounds);
    }
  }
}

function checkBook({ timeMs, bidPrice, bidQuantityBase, askPrice, askQuantityBase }: Book): void {
  checkNumber("book.timeMs", timeMs, FINITE);
  checkColumns("book", { bidPrice, bidQuantityBase });
  checkColumns("book", { askPrice, askQuantityBase });
  checkColumn("book", "bidPrice", bidPrice, POSITIVE);
  checkColumn("book", "askPrice", askPrice, POSITIVE);
  checkColumn("book", "bidQuantityBase", bidQuantityBase, POSITIVE);
  checkColumn("book", "askQuantityBase", askQuantityBase, POSITIVE);
  checkOrder("book", "bidPrice", bidPrice, FALLING);
  checkOrder("book", "askPrice", askPrice, RISING);
}

function checkTrades({ timeMs, price, quantityBase, takerSide, coverage }: Trades): void {
  checkColumns("trades", { timeMs, price, quantityBase });
  checkSides("trades", "takerSide", takerSide, timeMs);
  checkColumn("trades", "timeMs", timeMs, FINITE);
  checkOrder("trades", "timeMs", timeMs, OLDEST_FIRST);
  checkColumn("trades", "price", price, POSITIVE);
  checkColumn("trades", "quantityBase", quantityBase, NOT_NEGATIVE);
  checkCoverage(coverage);
}

function checkCoverage(coverage: Trades["coverage"]): void {
  if (!Array.isArray(coverage)) {
    throw new EngineInputError("trades.coverage", `is ${shown(coverage)}, not a list`);
  }
  let knownUntilMs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < coverage.length; i++) {
    const span: Trades["coverage"][number] = coverage[i];
    checkObject(`trades.coverage[${i}]`, span);
    checkNumber(`trades.coverage[${i}].fromMs`, span.fromMs, FINITE);
    checkNumber(`trades.coverage[${i}].toMs`, span.toMs, FINITE);
    if (span.fromMs < knownUntilMs || span.toMs < span.fromMs) {
      const [name, before] =
        span.fromMs < knownUntilMs ? (["fromMs", knownUntilMs] as const) : (["toMs", span.fromMs] as const);
      const words = "the spans must be oldest first, and not overlap";
      throw new EngineInputError(`trades.coverage[${i}].${name}`, `is ${span[name]} after ${before}: ${words}`);
    }
    knownUntilMs = span.toMs;
  }
}

function checkSeries(place: string, { timeMs, value }: TimeSeries, nowMs: number, bounds: Bounds): void {
  checkColumns(place, { timeMs, value });
  checkColumn(place, "timeMs", timeMs, FINITE);
  checkOrder(place, "timeMs", timeMs, NO_TIME_TWICE);
  checkNotAhead(place, `timeMs[${timeMs.length - 1}]`, last(timeMs), nowMs);
  checkColumn(place, "value", value, bounds);
}

function checkLiquidations({ timeMs, quantityBase, positionSide }: Liquidations, nowMs: number): void {
  checkColumns("liquidations", { timeMs, quantityBase });
  checkSides("liquidations", "positionSide", positionSide, timeMs);
  checkColumn("liquidations", "timeMs", timeMs, FINITE);
  checkOrder("liquidations", "timeMs", timeMs, OLDEST_FIRST);
  checkNotAhead("liquidations", `timeMs[${timeMs.length - 1}]`, last(timeMs), nowMs);
  checkColumn("liquidations", "quantityBase", quantityBase, NOT_NEGATIVE);
}
