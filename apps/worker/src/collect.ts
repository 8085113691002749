import { setImmediate as nextTurn } from "node:timers/promises";
import {
  fiveMinuteChange,
  INPUT_AGE,
  type PriceMoves,
  priceMoves,
  type SymbolInputs,
  type Ticker,
} from "@pulseboard/engine";
import { type CollectionProblem, ExchangeError, type ExchangeGateway } from "@pulseboard/exchange";
import type { Logger } from "@pulseboard/runtime";
import type { WorkerDurations } from "./durations.ts";
import type { RefreshRun } from "./run-watch.ts";
import { fromUsable, scoreUsable } from "./score-usable.ts";
import type { ScoredInput, Tickers } from "./state/market-state.ts";
import { POSITIONING_SYMBOLS } from "./state/perps.ts";

const BITCOIN = "BTCUSDT";

export interface CollectContext {
  readonly exchange: ExchangeGateway;
  readonly durations: Pick<WorkerDurations, "tickersUsableMs">;
  readonly log: Logger;
}

export interface CollectedMarket {
  /** Market time, Unix ms. */
  readonly asOfMs: number;
  readonly tickers: Tickers;
  /** False where these are the tickers of an earlier refresh. */
  readonly fresh: boolean;
  readonly problems: readonly CollectionProblem[];
}

export interface CollectedSymbols {
  readonly scored: readonly ScoredInput[];
  /** By symbol, of the scored and the positioning symbols; without what the engine refused. */
  readonly inputs: ReadonlyMap<string, SymbolInputs>;
  /** Bitcoin's, whether it is scored or not. */
  readonly bitcoinReturns: PriceMoves["hourlyReturns"];
  readonly problems: readonly CollectionProblem[];
}

/**
 * The tickers, or where they cannot be had, the last ones, as long as the exchange answers at all.
 * @throws ExchangeError when there are neither
 */
export async function collectMarket(
  { exchange, durations }: CollectContext,
  lastTickers: Tickers | null,
  signal: AbortSignal,
): Promise<CollectedMarket> {
  try {
    const { asOfMs, tickers, expected, problems } = await exchange.collectMarket(signal);
    return { asOfMs, tickers: { tickers, asOfMs, expected }, fresh: true, problems };
  } catch (error) {
    if (!(error instanceof ExchangeError) || lastTickers === null || signal.aborted) {
      throw error;
    }
    // Answers about symbols would be just as old, whatever time it is.
    if (error.code === "exchange_frozen") {
      throw error;
    }
    // Scores need no new tickers, but they need the market's time.
    const asOfMs = await exchange.marketTimeMs(signal).catch(() => Promise.reject(error));
    if (asOfMs - lastTickers.asOfMs > durations.tickersUsableMs) {
      throw error;
    }
    const { endpoint, code, message, hint } = error;
    const problem = { endpoint, code, message, hint, symbol: null };
    return { asOfMs, tickers: lastTickers, fresh: false, problems: [problem] };
  }
}

/** Collects the selected symbols and scores them, and collects the positioning symbols beside them. */
export async function collectAndScore(
  { exchange, log }: CollectContext,
  { asOfMs, tickers }: CollectedMarket,
  selected: readonly Ticker[],
  { signal, begins }: Pick<RefreshRun, "signal" | "begins">,
): Promise<CollectedSymbols> {
  const positioning = tickers.tickers.filter(({ symbol }) => POSITIONING_SYMBOLS.has(symbol));
  const toCollect = new Map([...selected, ...positioning].map((ticker) => [ticker.symbol, ticker]));
  const toScore = new Set(selected.map(({ symbol }) => symbol));
  const inputs = new Map<string, SymbolInputs>();
  const scored: ScoredInput[] = [];
  let lastScore: Promise<unknown> = Promise.resolve();

  /**
   * Each score takes milliseconds of computing; a server in the same process must be able to answer in between. They take turns, as
   * all that wait for the same turn of the event loop would run in it.
   */
  const score = (symbolInputs: SymbolInputs, ticker: Ticker): Promise<readonly CollectionProblem[]> => {
    const turn = lastScore.then(async () => {
      await nextTurn();
      try {
        const { analysis, inputs: usable, problems: refused } = scoreUsable(symbolInputs);
        const change = fiveMinuteChange(usable);
        const moves = priceMoves(usable);
        scored.push({ analysis, ticker, tickerAsOfMs: tickers.asOfMs, fiveMinuteChange: change, moves });
        inputs.set(ticker.symbol, usable);
        return refused;
      } catch (err) {
        log.error({ err, symbol: ticker.symbol }, "Not scored: a defect of the engine");
        return [];
      }
    });
    lastScore = turn;
    return turn;
  };

  const problems = await Promise.all(
    [...toCollect.values()].map(async (ticker) => {
      const ended = begins(ticker.symbol);
      const collected = await exchange.collectSymbol(ticker, asOfMs, signal).finally(ended);
      const symbolInputs = scoredInTime(withTickerAge(collected.inputs, tickers.asOfMs));
      inputs.set(ticker.symbol, symbolInputs);
      const refused = toScore.has(ticker.symbol) ? await score(symbolInputs, ticker) : [];
      return [...collected.problems, ...refused];
    }),
  );
  const bitcoinInputs = inputs.get(BITCOIN);
  const bitcoin = bitcoinInputs === undefined ? null : fromUsable(bitcoinInputs, priceMoves);
  return {
    scored,
    inputs,
    bitcoinReturns: bitcoin?.result.hourlyReturns ?? { known: false, reason: "not_provided" },
    problems: [...problems.flat(), ...(bitcoin?.problems ?? [])],
  };
}

/** The ticker is as old as the call that gave it, whatever market time it is now. */
function withTickerAge(inputs: SymbolInputs, tickersAsOfMs: number): SymbolInputs {
  return inputs.ticker.known ? { ...inputs, ticker: { ...inputs.ticker, asOfMs: tickersAsOfMs } } : inputs;
}

/** A refresh may take longer than data may be ahead of the moment of scoring: that moment then follows the newest data. */
function scoredInTime(inputs: SymbolInputs): SymbolInputs {
  const newestMs = [
    inputs.book,
    inputs.trades,
    inputs.openInterestBase,
    inputs.longAccountShare,
    inputs.fundingRate8h,
  ].map((input) => (input.known ? input.asOfMs : inputs.nowMs));
  return { ...inputs, nowMs: Math.max(inputs.nowMs, Math.max(...newestMs) - INPUT_AGE.aheadMs) };
}
