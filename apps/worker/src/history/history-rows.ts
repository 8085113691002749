import { type SymbolInputs, TIMEFRAMES, type Timeframe } from "@pulseboard/engine";
import {
  HISTORY_COMPONENTS,
  type HistoryComponent,
  type HistoryRow,
  KNOWN_INPUTS,
  type KnownInputName,
} from "@pulseboard/history";
import type { Steps } from "@pulseboard/snapshot";
import { historyFigures } from "../state/history-figures.ts";
import type { ScoredInput, ScoredSymbol, Tickers } from "../state/market-state.ts";

/** What a refresh has published, and from what. */
export interface RowSources {
  /** By symbol: the scores of this refresh. */
  readonly scores: ReadonlyMap<string, ScoredSymbol>;
  readonly scored: readonly ScoredInput[];
  /** By symbol. */
  readonly inputs: ReadonlyMap<string, SymbolInputs>;
  /** Of this refresh; null when there were none, so that no price of an earlier time counts as one of now. */
  readonly tickers: Tickers | null;
  /** Symbols whose price is kept although they are not scored now. */
  readonly left: Iterable<string>;
  /** Market time of the refresh before, Unix ms: from then on turnover is counted; null for the first. */
  readonly beforeMs: number | null;
}

/** The rows of a refresh in the history, a symbol in a step. */
export function* rowSteps(sources: RowSources): Steps<readonly HistoryRow[]> {
  const { scores, inputs, tickers, left } = sources;
  const tickerOf = new Map(tickers?.tickers.map((ticker) => [ticker.symbol, ticker]));
  const rows: HistoryRow[] = [];
  for (const input of sources.scored) {
    const { symbol } = input.analysis;
    const [published, given] = [scores.get(symbol), inputs.get(symbol)];
    // A symbol with too little data has an analysis and no published score.
    if (published !== undefined && given !== undefined) {
      rows.push(scoredRow(published, input, given, sources));
      yield;
    }
  }
  for (const symbol of left) {
    const ticker = tickerOf.get(symbol);
    // A contract that was delisted has no price any more.
    if (ticker !== undefined && !scores.has(symbol)) {
      rows.push({ ...NOT_SCORED, symbol, markPrice: ticker.markPrice });
    }
  }
  return rows;
}

const NOT_SCORED: Omit<HistoryRow, "symbol"> = {
  scored: false,
  score: null,
  weightedSignal: null,
  relative: null,
  components: byComponent(() => null),
  outlook: null,
  reliability: null,
  momentum1h: null,
  momentum24h: null,
  rating30m: null,
  markPrice: null,
  fundingRate: null,
  openInterestUsd: null,
  turnoverUsd: null,
  knownInputs: 0,
};

function scoredRow(
  { analysis, row }: ScoredSymbol,
  input: ScoredInput,
  inputs: SymbolInputs,
  sources: RowSources,
): HistoryRow {
  const figures = historyFigures(input, inputs, sources.beforeMs);
  return {
    symbol: analysis.symbol,
    scored: true,
    score: analysis.score,
    weightedSignal: analysis.weighted_signal ?? null,
    relative: row.relative ?? null,
    components: byComponent((name) => analysis.components[name]?.signal ?? null),
    outlook: analysis.outlook?.revm ?? null,
    reliability: analysis.reliability,
    ...figures,
    // An earlier price is none of this moment.
    ...(sources.tickers === null && { markPrice: null, fundingRate: null, openInterestUsd: null }),
    knownInputs: knownInputsOf(inputs),
  };
}

function knownInputsOf(inputs: SymbolInputs): number {
  const known: Readonly<Record<KnownInputName, boolean>> = {
    ticker: inputs.ticker.known,
    ...ofTimeframes((timeframe) => inputs.candles[timeframe].known),
    book: inputs.book.known,
    trades: inputs.trades.known,
    open_interest: inputs.openInterestBase.known,
    long_account_share: inputs.longAccountShare.known,
    funding_rate: inputs.fundingRate8h.known,
    liquidations: inputs.liquidations.known,
  };
  return KNOWN_INPUTS.reduce((bits, name, bit) => bits + (known[name] ? 2 ** bit : 0), 0);
}

function ofTimeframes<T>(make: (timeframe: Timeframe) => T): Record<`candles_${Timeframe}`, T> {
  return Object.fromEntries(TIMEFRAMES.map((timeframe) => [`candles_${timeframe}`, make(timeframe)])) as Record<
    `candles_${Timeframe}`,
    T
  >;
}

function byComponent<T>(make: (name: HistoryComponent) => T): Record<HistoryComponent, T> {
  return Object.fromEntries(HISTORY_COMPONENTS.map((name) => [name, make(name)])) as Record<HistoryComponent, T>;
}
