import { INPUT_AGE } from "../domain/input-age.ts";
import type { Candles, TimeSeries } from "../domain/market-data.ts";
import type { Input, SymbolInputs } from "../domain/symbol-inputs.ts";
import { at, last } from "../indicators/columns.ts";

/**
 * The inputs, each no younger than its newest data: a book, candles or a series that ended long before `asOfMs` says has the age
 * of its end. One that ended less than two of its periods before is as good as new, and keeps its time. Trades and liquidations
 * need none, as a silence is no fault of theirs.
 */
export function datedInputs(inputs: SymbolInputs): SymbolInputs {
  const { nowMs, candles, book, openInterestBase, longAccountShare, fundingRate8h } = inputs;
  const dated: SymbolInputs = {
    ...inputs,
    candles: {
      "1m": datedCandles(candles["1m"], nowMs),
      "5m": datedCandles(candles["5m"], nowMs),
      "30m": datedCandles(candles["30m"], nowMs),
      "4h": datedCandles(candles["4h"], nowMs),
    },
    book: book.known ? datedBy(book, book.value.timeMs) : book,
    openInterestBase: datedSeries(openInterestBase),
    longAccountShare: datedSeries(longAccountShare),
    fundingRate8h: datedSeries(fundingRate8h),
  };
  return dated;
}

/** Candles are as old as the last one that has closed by `nowMs`, Unix ms; those of after now say nothing about their age. */
export function datedCandles(input: Input<Candles>, nowMs: number): Input<Candles> {
  if (!input.known) {
    return input;
  }
  const { openTimeMs, intervalMs } = input.value;
  let newest = openTimeMs.length - 1;
  while (newest >= 0 && at(openTimeMs, newest) + intervalMs > nowMs) {
    newest -= 1;
  }
  const closedAtMs = at(openTimeMs, newest) + intervalMs;
  return input.asOfMs > nowMs + INPUT_AGE.aheadMs && newest >= 0
    ? { ...input, asOfMs: closedAtMs }
    : datedBy(input, closedAtMs);
}

function datedSeries(input: Input<TimeSeries>): Input<TimeSeries> {
  return input.known ? datedBy(input, last(input.value.timeMs)) : input;
}

/** @param newestMs NaN where there is no data */
function datedBy<T>(input: Input<T>, newestMs: number): Input<T> {
  return input.known && input.asOfMs - newestMs >= INPUT_AGE.freshPeriods * input.periodMs
    ? { ...input, asOfMs: newestMs }
    : input;
}
