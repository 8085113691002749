import type { Input, SymbolInputs, Ticker, TimeSeries } from "@pulseboard/engine";
import { type CollectionProblem, toProblem } from "../errors/collection-problem.ts";
import { ExchangeError } from "../errors/exchange-error.ts";
import type { Point } from "../gateway/exchange-api.ts";
import type { SymbolCollection } from "../gateway/exchange-gateway.ts";
import { settledFunding8h } from "./funding-rate.ts";
import { createIncrementalSeries, type SeriesDurations, type SeriesKind } from "./incremental-series.ts";
import { createNewestBook } from "./newest-book.ts";
import { type CandleDurations, createSymbolCandles } from "./symbol-candles.ts";
import type { SymbolSource } from "./symbol-source.ts";
import { createTradeHistory } from "./trade-history.ts";

const HOUR_MS = 3_600_000;
const OPEN_INTEREST_STEP_MS = 300_000;
/** The interval of most contracts, for those that do not give theirs. */
const USUAL_FUNDING_INTERVAL_HOURS = 8;

/** One request gives 200 points, 16 h 40 min; the 24 h fill up over refreshes (no figure looks back more than 1 h). */
const OPEN_INTEREST: SeriesKind = {
  request: (api, symbol, count) => api.openInterest(symbol, count),
  firstCount: 200,
  keepCount: 289,
};
const LONG_ACCOUNT_SHARE: SeriesKind = {
  request: (api, symbol, count) => api.longAccountShare(symbol, count),
  firstCount: 480,
  keepCount: 480,
};
const FUNDING_RATES: SeriesKind = {
  request: (api, symbol, count) => api.fundingRates(symbol, count),
  firstCount: 200,
  keepCount: 200,
};

export type SymbolDurations = CandleDurations & SeriesDurations;

export interface SymbolCollectorOptions {
  readonly refreshPeriodMs: number;
  readonly durations: SymbolDurations;
}

/** Everything known of one symbol, brought up to date by each call. */
export interface SymbolCollector {
  /** @throws only the signal's reason; an endpoint that fails is a problem, and its input stays as it was */
  collect(ticker: Ticker, asOfMs: number, signal: AbortSignal): Promise<SymbolCollection>;
}

export function createSymbolCollector(
  source: SymbolSource,
  { refreshPeriodMs, durations }: SymbolCollectorOptions,
): SymbolCollector {
  const candles = createSymbolCandles(source, durations);
  const book = createNewestBook(source, refreshPeriodMs);
  const trades = createTradeHistory(source, refreshPeriodMs);
  const openInterest = createIncrementalSeries(source, OPEN_INTEREST, durations);
  const longAccountShare = createIncrementalSeries(source, LONG_ACCOUNT_SHARE, durations);
  const funding = createIncrementalSeries(source, FUNDING_RATES, durations);

  const attempt = async (
    update: () => Promise<readonly CollectionProblem[]>,
  ): Promise<readonly CollectionProblem[]> => {
    try {
      return await update();
    } catch (error) {
      if (!(error instanceof ExchangeError)) {
        throw error;
      }
      return [toProblem(error, source.symbol)];
    }
  };

  const inputsAt = (ticker: Ticker, asOfMs: number, fundingStepMs: number): SymbolInputs => ({
    symbol: ticker.symbol,
    nowMs: asOfMs,
    ticker: { known: true, value: ticker, asOfMs, periodMs: refreshPeriodMs },
    candles: candles.inputs(),
    book: book.input(),
    trades: trades.input(),
    openInterestBase: toInput(openInterest.points(), OPEN_INTEREST_STEP_MS),
    longAccountShare: toInput(longAccountShare.points(), HOUR_MS),
    fundingRate8h: toInput(settledFunding8h(funding.points(), ticker.fundingIntervalHours), fundingStepMs),
    // The exchange only streams liquidations, and we do not listen.
    liquidations: { known: false, reason: "not_provided", periodMs: refreshPeriodMs },
  });

  return {
    collect: async (ticker, asOfMs, signal) => {
      const fundingStepMs = (ticker.fundingIntervalHours ?? USUAL_FUNDING_INTERVAL_HOURS) * HOUR_MS;
      const problems = await Promise.all([
        candles.update(asOfMs, signal),
        attempt(() => book.update(signal).then(() => [])),
        attempt(() => trades.update(signal)),
        attempt(() => openInterest.update(asOfMs, OPEN_INTEREST_STEP_MS, signal)),
        attempt(() => longAccountShare.update(asOfMs, HOUR_MS, signal)),
        attempt(() => funding.update(asOfMs, fundingStepMs, signal)),
      ]);
      return { inputs: inputsAt(ticker, asOfMs, fundingStepMs), problems: problems.flat() };
    },
  };
}

function toInput(points: readonly Point[], periodMs: number): Input<TimeSeries> {
  const asOfMs = points.at(-1)?.timeMs;
  if (asOfMs === undefined) {
    return { known: false, reason: "not_provided", periodMs };
  }
  const value = {
    timeMs: Float64Array.from(points, (point) => point.timeMs),
    value: Float64Array.from(points, (point) => point.value),
  };
  return { known: true, value, asOfMs, periodMs };
}
