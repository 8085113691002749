import { setImmediate as nextTurn } from "node:timers/promises";
import { type SymbolInputs, scoreSymbol, type Ticker } from "@pulseboard/engine";
import {
  type CollectionProblem,
  ExchangeError,
  type ExchangeGateway,
  type ReferenceCollection,
  type ReferenceGateway,
} from "@pulseboard/exchange";
import type { RefreshJob, RefreshReport } from "@pulseboard/refresh";
import type { Clock, Logger } from "@pulseboard/runtime";
import { describeSources } from "./describe-sources.ts";
import type { Tickers } from "./picture/market-part.ts";
import { POSITIONING_SYMBOLS } from "./picture/perps-part.ts";
import { type Findings, nextPicture, type Picture } from "./picture/picture.ts";
import type { ScoredInput } from "./picture/scores-part.ts";
import { logProblems } from "./problem-log.ts";
import { selectSymbols } from "./select-symbols.ts";

/** What the operator decides about a refresh. */
export interface RefreshSettings {
  /** "bybit" or "simulator". */
  readonly source: string;
  readonly symbolCount: number;
  readonly moversMinTurnoverUsd: number;
}

/** Where the time of a refresh goes; "reference" is what it still waits for when the symbols are through. */
export type RefreshPhase = "market" | "symbols" | "reference" | "publish";

/** Who wants to know how refreshes go. */
export interface RefreshObserver {
  readonly phaseEnded: (phase: RefreshPhase, tookMs: number) => void;
  /** What the refresh goes on without. */
  readonly foundProblems: (problems: readonly CollectionProblem[]) => void;
}

/** What a refresh works with. */
export interface RefreshContext extends RefreshSettings {
  readonly exchange: ExchangeGateway;
  readonly reference: ReferenceGateway;
  /** Publishes a picture to every store and announces it; resolves with its sequence. */
  readonly publish: (picture: Picture) => Promise<number>;
  readonly observer?: RefreshObserver;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What one refresh leaves to the next. */
export interface RefreshMemory {
  /** The last picture that was published, by this process or the one before it. */
  readonly picture: Picture | null;
  /** The last tickers of this process. */
  readonly tickers: Tickers | null;
  /** Whether this process has published scores of its own. */
  readonly scored: boolean;
}

/** What a refresh is asked with: an end to it, and whom to tell how far it is. */
export type RefreshRun = Pick<RefreshJob, "signal" | "progress">;

export interface RefreshResult {
  readonly memory: RefreshMemory;
  readonly report: RefreshReport;
}

/** Prices older than this are not shown beside new scores: then nothing is published, and the snapshot grows stale. */
const TICKERS_USABLE_MS = 600_000;
/** How long the very first picture waits for reference data. */
const FIRST_REFERENCE_WAIT_MS = 1_500;

/**
 * One refresh: collect, score, put the picture together, publish. The first one of a process publishes twice: overview
 * and movers as soon as they are there, the scores when the symbols are through.
 * @returns what the next refresh needs, and what to tell whoever asked
 * @throws ExchangeError when there is nothing to go on with; nothing is published then, and nothing is lost
 */
export async function refresh(
  context: RefreshContext,
  memory: RefreshMemory,
  { signal, progress }: RefreshRun,
): Promise<RefreshResult> {
  const { exchange, observer, clock, log, publish, symbolCount } = context;
  const startedMs = clock.monotonicMs();

  progress("collecting the market");
  const referenceSoon = context.reference.collectReference(signal);
  const market = await collectMarket(context, memory, signal).catch(async (error: unknown) => {
    await referenceSoon;
    throw error;
  });
  observer?.phaseEnded("market", since(startedMs, clock));
  const found = findings(context, market);

  let picture = memory.picture;
  if (!memory.scored && market.fresh) {
    const reference = await firstOf(referenceSoon, FIRST_REFERENCE_WAIT_MS, clock);
    picture = nextPicture({ ...found, reference, symbols: null }, picture);
    const sequence = await publish(picture);
    log.info({ sequence, symbols: market.tickers.tickers.length, tookMs: since(startedMs, clock) }, "First overview");
  }

  const scoredBefore = new Set(picture?.scores.value.map(({ row }) => row.symbol));
  const chosen = selectSymbols(market.tickers.tickers, scoredBefore, symbolCount);
  progress(`collecting and scoring ${chosen.length} symbols`);
  const symbolsMs = clock.monotonicMs();
  const symbols = await collectAndScore(context, market, chosen, signal);
  observer?.phaseEnded("symbols", since(symbolsMs, clock));
  const referenceMs = clock.monotonicMs();
  const reference = await referenceSoon;
  observer?.phaseEnded("reference", since(referenceMs, clock));
  const problems = [...market.problems, ...reference.problems, ...symbols.problems];
  logProblems(problems, log);
  observer?.foundProblems(problems);

  picture = nextPicture({ ...found, reference, symbols: { ...symbols, expected: chosen.length } }, picture);
  progress("publishing");
  // A run that was given to somebody else, or is to end, has nothing to say any more.
  signal.throwIfAborted();
  const publishMs = clock.monotonicMs();
  const sequence = await publish(picture);
  observer?.phaseEnded("publish", since(publishMs, clock));
  exchange.retainOnly(new Set(symbols.inputs.keys()));
  const { received: scored, expected } = picture.scores.provenance;
  const tookMs = since(startedMs, clock);
  log.info({ sequence, scored, expected, tookMs }, "Refreshed");
  return {
    memory: { picture, tickers: market.tickers, scored: true },
    report: { sequence, scored, expected, tookMs, sources: describeSources(picture, problems) },
  };
}

interface Market {
  readonly asOfMs: number;
  readonly tickers: Tickers;
  /** False: the tickers are the last known good ones. */
  readonly fresh: boolean;
  readonly problems: ReferenceCollection["problems"];
}

/** The tickers of now; where they cannot be had, those of before, as long as the exchange answers at all. */
async function collectMarket(context: RefreshContext, memory: RefreshMemory, signal: AbortSignal): Promise<Market> {
  const { exchange } = context;
  try {
    const { asOfMs, tickers, expected, problems } = await exchange.collectMarket(signal);
    return { asOfMs, tickers: { tickers, asOfMs, expected }, fresh: true, problems };
  } catch (error) {
    if (!(error instanceof ExchangeError) || memory.tickers === null || signal.aborted) {
      throw error;
    }
    // The scores can go on without new tickers, but not without knowing what time it is on the market.
    const asOfMs = await exchange.marketTimeMs(signal).catch(() => Promise.reject(error));
    if (asOfMs - memory.tickers.asOfMs > TICKERS_USABLE_MS) {
      throw error;
    }
    const { endpoint, code, message, hint } = error;
    const problem = { endpoint, code, message, hint, symbol: null };
    return { asOfMs, tickers: memory.tickers, fresh: false, problems: [problem] };
  }
}

function findings(context: RefreshContext, market: Market): Omit<Findings, "reference" | "symbols"> {
  return {
    asOfMs: market.asOfMs,
    tickers: market.fresh ? market.tickers : null,
    source: context.source,
    moversMinTurnoverUsd: context.moversMinTurnoverUsd,
  };
}

/** Inputs and scores of the chosen symbols, and the inputs of those that stand for the crowd. */
async function collectAndScore(
  { exchange, log }: RefreshContext,
  { asOfMs, tickers }: Market,
  chosen: readonly Ticker[],
  signal: AbortSignal,
) {
  const crowd = tickers.tickers.filter(({ symbol }) => (POSITIONING_SYMBOLS as readonly string[]).includes(symbol));
  const toCollect = new Map([...chosen, ...crowd].map((ticker) => [ticker.symbol, ticker]));
  const toScore = new Set(chosen.map(({ symbol }) => symbol));
  const inputsBySymbol = new Map<string, SymbolInputs>();
  const scored: ScoredInput[] = [];

  const problems = await Promise.all(
    [...toCollect.values()].map(async (ticker) => {
      const collected = await exchange.collectSymbol(ticker, asOfMs, signal);
      const inputs = withTickerAge(collected.inputs, tickers.asOfMs);
      inputsBySymbol.set(ticker.symbol, inputs);
      if (toScore.has(ticker.symbol)) {
        // Scoring takes milliseconds of computing each: in one process with the server, it must be able to answer.
        await nextTurn();
        try {
          scored.push({ analysis: scoreSymbol(inputs), ticker, tickerAsOfMs: tickers.asOfMs });
        } catch (err) {
          log.error({ err, symbol: ticker.symbol }, "Not scored: a defect of the engine");
        }
      }
      return collected.problems;
    }),
  );
  return { scored, inputs: inputsBySymbol, problems: problems.flat() };
}

/** The ticker is as old as the call that gave it, whatever market time it is now. */
function withTickerAge(inputs: SymbolInputs, tickersAsOfMs: number): SymbolInputs {
  return inputs.ticker.known ? { ...inputs, ticker: { ...inputs.ticker, asOfMs: tickersAsOfMs } } : inputs;
}

/** The result if it is there within `ms`, else null. */
async function firstOf<T>(result: Promise<T>, ms: number, clock: Clock): Promise<T | null> {
  const timer = new AbortController();
  const late = clock.sleep(ms, timer.signal).then(
    () => null,
    () => null,
  );
  try {
    return await Promise.race([result, late]);
  } finally {
    timer.abort();
  }
}

function since(startedMs: number, clock: Clock): number {
  return Math.round(clock.monotonicMs() - startedMs);
}
