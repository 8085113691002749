import { closedTail } from "../candles/slice-candles.ts";
import type { Book, Liquidations, Ticker, TimeSeries, Trades } from "../domain/market-data.ts";
import type { InputStatus } from "../domain/symbol-analysis.ts";
import { type Input, type SymbolInputs, TIMEFRAMES, type Timeframe } from "../domain/symbol-inputs.ts";
import type { MissingData } from "./rule-outcome.ts";
import { createViewMemory, type TimeframeView, type ViewMemory, viewTimeframe } from "./timeframe-view.ts";
import { inputAgeMs, isFresh, type UsableInput, usableInput } from "./usable-input.ts";

export type InputName =
  | `candles_${Timeframe}`
  | "ticker"
  | "book"
  | "trades"
  | "open_interest"
  | "long_account_share"
  | "funding_rate"
  | "liquidations";

/** The inputs of one symbol, prepared once for all rules: each is usable, or missing with a reason. */
export interface SymbolView {
  readonly nowMs: number;
  readonly timeframes: Readonly<Record<Timeframe, TimeframeView | MissingData>>;
  readonly ticker: UsableInput<Ticker>;
  readonly book: UsableInput<Book>;
  readonly trades: UsableInput<Trades>;
  readonly openInterestBase: UsableInput<TimeSeries>;
  readonly longAccountShare: UsableInput<TimeSeries>;
  readonly fundingRate8h: UsableInput<TimeSeries>;
  readonly liquidations: UsableInput<Liquidations>;
  readonly fresh: (input: InputName) => boolean;
}

const MEMORY: Readonly<Record<Timeframe, ViewMemory>> = {
  "1m": createViewMemory(),
  "5m": createViewMemory(),
  "30m": createViewMemory(),
  "4h": createViewMemory(),
};

/** The view is valid until the next one: its prices are in memory that is used again. */
export function viewSymbol(inputs: SymbolInputs): SymbolView {
  const { nowMs, candles } = inputs;
  const named = namedInputs(inputs);
  const view = (timeframe: Timeframe) => viewTimeframe(candles[timeframe], nowMs, MEMORY[timeframe]);
  return {
    nowMs,
    timeframes: { "1m": view("1m"), "5m": view("5m"), "30m": view("30m"), "4h": view("4h") },
    ticker: usableInput(inputs.ticker, nowMs),
    book: usableInput(inputs.book, nowMs),
    trades: usableInput(inputs.trades, nowMs),
    openInterestBase: usableInput(inputs.openInterestBase, nowMs),
    longAccountShare: usableInput(inputs.longAccountShare, nowMs),
    fundingRate8h: usableInput(inputs.fundingRate8h, nowMs),
    liquidations: usableInput(inputs.liquidations, nowMs),
    fresh: (name) => isFresh(named[name], nowMs),
  };
}

/** Every input with its age, its size and, where it could not be used, the reason. */
export function inputStatuses(inputs: SymbolInputs): readonly InputStatus[] {
  const counts: Readonly<Record<InputName, number>> = {
    ticker: inputs.ticker.known ? 1 : 0,
    candles_1m: candleCount(inputs, "1m"),
    candles_5m: candleCount(inputs, "5m"),
    candles_30m: candleCount(inputs, "30m"),
    candles_4h: candleCount(inputs, "4h"),
    book: levelCount(inputs.book),
    trades: pointCount(inputs.trades),
    open_interest: pointCount(inputs.openInterestBase),
    long_account_share: pointCount(inputs.longAccountShare),
    funding_rate: pointCount(inputs.fundingRate8h),
    liquidations: pointCount(inputs.liquidations),
  };
  const named = namedInputs(inputs);
  return INPUT_NAMES.map((name) => {
    const input = named[name];
    const usable = usableInput(input, inputs.nowMs);
    return {
      input: name,
      asOfMs: input.known ? input.asOfMs : null,
      ageMs: input.known ? inputAgeMs(input, inputs.nowMs) : null,
      count: counts[name],
      fresh: isFresh(input, inputs.nowMs),
      reason: usable.known ? null : usable.reason,
    };
  });
}

const INPUT_NAMES: readonly InputName[] = [
  "ticker",
  ...TIMEFRAMES.map((timeframe): InputName => `candles_${timeframe}`),
  "book",
  "trades",
  "open_interest",
  "long_account_share",
  "funding_rate",
  "liquidations",
];

function namedInputs(inputs: SymbolInputs): Readonly<Record<InputName, Input<unknown>>> {
  return {
    ticker: inputs.ticker,
    candles_1m: inputs.candles["1m"],
    candles_5m: inputs.candles["5m"],
    candles_30m: inputs.candles["30m"],
    candles_4h: inputs.candles["4h"],
    book: inputs.book,
    trades: inputs.trades,
    open_interest: inputs.openInterestBase,
    long_account_share: inputs.longAccountShare,
    funding_rate: inputs.fundingRate8h,
    liquidations: inputs.liquidations,
  };
}

/** Those that count: closed ones after the last hole. */
function candleCount({ candles, nowMs }: SymbolInputs, timeframe: Timeframe): number {
  const input = candles[timeframe];
  return input.known ? closedTail(input.value, nowMs).close.length : 0;
}

function levelCount(input: Input<Book>): number {
  return input.known ? input.value.bidPrice.length + input.value.askPrice.length : 0;
}

function pointCount(input: Input<{ readonly timeMs: Float64Array }>): number {
  return input.known ? input.value.timeMs.length : 0;
}
