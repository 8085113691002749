import type { Input, SymbolInputs, Ticker, TimeSeries } from "@pulseboard/engine";
import { ExchangeError } from "../exchange-error.ts";
import type { CollectionProblem, SymbolCollection } from "../exchange-gateway.ts";
import { type Point, readFundingRate, readLongShare, readOpenInterest } from "../parsing/series.ts";
import { BookHistory } from "./book-history.ts";
import { settledFunding8h } from "./funding-history.ts";
import { toProblem } from "./problems.ts";
import { SlowSeries, type SlowSeriesKind } from "./slow-series.ts";
import { SymbolCandles } from "./symbol-candles.ts";
import type { SymbolSource } from "./symbol-source.ts";
import { TradeHistory } from "./trade-history.ts";

const HOUR_MS = 3_600_000;
const OPEN_INTEREST_STEP_MS = 300_000;
/** The interval of most contracts, for those that do not say theirs. */
const USUAL_FUNDING_INTERVAL_HOURS = 8;

/** One request gives 200 points, 16 h 40 min; the 24 h fill up by themselves (every figure looks back 1 h). */
const OPEN_INTEREST: SlowSeriesKind = {
  endpoint: "/v5/market/open-interest",
  params: { intervalTime: "5min" },
  timeField: "timestamp",
  readValue: readOpenInterest,
  firstCount: 200,
  keepCount: 289,
};
const ACCOUNT_RATIO: SlowSeriesKind = {
  endpoint: "/v5/market/account-ratio",
  params: { period: "1h" },
  timeField: "timestamp",
  readValue: readLongShare,
  firstCount: 480,
  keepCount: 480,
};
const FUNDING_HISTORY: SlowSeriesKind = {
  endpoint: "/v5/market/funding/history",
  params: {},
  timeField: "fundingRateTimestamp",
  readValue: readFundingRate,
  firstCount: 200,
  keepCount: 200,
};

/** Everything that is kept of one symbol between refreshes, and how it is brought up to date. */
export class SymbolCollector {
  readonly #source: SymbolSource;
  readonly #periodMs: number;
  readonly #candles: SymbolCandles;
  readonly #books: BookHistory;
  readonly #trades: TradeHistory;
  readonly #openInterest: SlowSeries;
  readonly #accountRatio: SlowSeries;
  readonly #funding: SlowSeries;

  constructor(source: SymbolSource, refreshPeriodMs: number) {
    this.#source = source;
    this.#periodMs = refreshPeriodMs;
    this.#candles = new SymbolCandles(source);
    this.#books = new BookHistory(source, refreshPeriodMs);
    this.#trades = new TradeHistory(source, refreshPeriodMs);
    this.#openInterest = new SlowSeries(source, OPEN_INTEREST);
    this.#accountRatio = new SlowSeries(source, ACCOUNT_RATIO);
    this.#funding = new SlowSeries(source, FUNDING_HISTORY);
  }

  /** Throws only the signal's reason: a part that fails is a problem, and serves what it had. */
  async collect(ticker: Ticker, asOfMs: number, signal: AbortSignal): Promise<SymbolCollection> {
    const fundingHours = ticker.fundingIntervalHours ?? USUAL_FUNDING_INTERVAL_HOURS;
    const problems = await Promise.all([
      this.#candles.update(asOfMs, signal),
      this.#part(() => this.#books.update(signal)),
      this.#part(() => this.#trades.update(signal)),
      this.#part(() => this.#openInterest.update(asOfMs, OPEN_INTEREST_STEP_MS, signal)),
      this.#part(() => this.#accountRatio.update(asOfMs, HOUR_MS, signal)),
      this.#part(() => this.#funding.update(asOfMs, fundingHours * HOUR_MS, signal)),
    ]);
    return { inputs: this.#inputs(ticker, asOfMs, fundingHours * HOUR_MS), problems: problems.flat() };
  }

  #inputs(ticker: Ticker, asOfMs: number, fundingStepMs: number): SymbolInputs {
    return {
      symbol: ticker.symbol,
      nowMs: asOfMs,
      ticker: { known: true, value: ticker, asOfMs, periodMs: this.#periodMs },
      candles: this.#candles.inputs(),
      ...this.#books.inputs(),
      trades: this.#trades.input(),
      openInterestBase: toInput(this.#openInterest.points, OPEN_INTEREST_STEP_MS),
      longAccountShare: toInput(this.#accountRatio.points, HOUR_MS),
      fundingRate8h: toInput(settledFunding8h(this.#funding.points, ticker.fundingIntervalHours), fundingStepMs),
      // They come over a stream only.
      liquidations: { known: false, reason: "not_provided", periodMs: this.#periodMs },
    };
  }

  async #part(update: () => Promise<readonly CollectionProblem[]>): Promise<readonly CollectionProblem[]> {
    try {
      return await update();
    } catch (error) {
      if (!(error instanceof ExchangeError)) {
        throw error;
      }
      return [toProblem(error, this.#source.symbol)];
    }
  }
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
