import { closedTail } from "../candles/slice-candles.ts";
import { checkCandles } from "../checks/check-candles.ts";
import { checkObject } from "../checks/check-columns.ts";
import { checkNow } from "../checks/check-inputs.ts";
import type { Candles } from "../domain/market-data.ts";
import type { SymbolAnalysis } from "../domain/symbol-analysis.ts";
import { type Input, type MissingInput, TIMEFRAME_MS, type Timeframe } from "../domain/symbol-inputs.ts";
import { last } from "../indicators/columns.ts";
import { scoreSymbol } from "./score-symbol.ts";

/** Candles of one symbol, and nothing else. */
export interface CandleInputs {
  /** Named in the sentences of the analysis: "BTCUSDT". */
  readonly symbol: string;
  /** Now in market time, Unix ms: candles that close later are left out, and the age of the candles is measured against it. */
  readonly nowMs: number;
  /** A timeframe needs 60 closed candles, and 600 for all its rules. One that is left out is `not_provided`. */
  readonly candles: Readonly<Partial<Record<Timeframe, Candles>>>;
}

/**
 * Scores one symbol from its candles alone, as `scoreSymbol` does with every other input unknown. Everything not given is null
 * with the reason `not_provided`, never neutral: the components orderflow, orderbook and sentiment, and the rule
 * volume.volume_delta. The components technical, volume and price_structure come from the timeframes given; volume.vwap needs
 * 5m, volume.volume_profile 5m and 30m, and price_structure does not use 1m. The score is made of these three alone, and
 * `reliability` is at most .12: the other inputs carry 61 % of the weight, and without a book quality is .3.
 *
 * @throws EngineInputError for candles that are unsorted, doubled, not finite, impossible (high below low), of another interval than their timeframe's, or
 *   with columns of different lengths, and when `nowMs` is no time. A hole is no fault: the candles after it count.
 */
export function scoreCandles(given: CandleInputs): SymbolAnalysis {
  checkObject("inputs", given);
  const { symbol, nowMs, candles } = given;
  checkNow(nowMs);
  checkObject("candles", candles);
  const input = (timeframe: Timeframe) => candleInput(timeframe, candles[timeframe], nowMs);
  return scoreSymbol({
    symbol,
    nowMs,
    candles: { "1m": input("1m"), "5m": input("5m"), "30m": input("30m"), "4h": input("4h") },
    ticker: NOT_PROVIDED,
    book: NOT_PROVIDED,
    trades: NOT_PROVIDED,
    openInterestBase: NOT_PROVIDED,
    longAccountShare: NOT_PROVIDED,
    fundingRate8h: NOT_PROVIDED,
    liquidations: NOT_PROVIDED,
  });
}

const NOT_PROVIDED: MissingInput = { known: false, reason: "not_provided", periodMs: 60_000 };

function candleInput(timeframe: Timeframe, candles: Candles | undefined, nowMs: number): Input<Candles> {
  const periodMs = TIMEFRAME_MS[timeframe];
  if (candles === undefined) {
    return { ...NOT_PROVIDED, periodMs };
  }
  checkCandles(timeframe, candles);
  const closed = closedTail(candles, nowMs);
  if (closed.close.length === 0) {
    return { known: false, reason: "too_short", periodMs };
  }
  return { known: true, value: closed, asOfMs: last(closed.openTimeMs) + periodMs, periodMs };
}
