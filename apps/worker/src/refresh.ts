import type { CollectionProblem, ExchangeGateway, ReferenceCollection, ReferenceGateway } from "@pulseboard/exchange";
import type { RefreshReport } from "@pulseboard/refresh";
import { type Clock, type Logger, withTimeout } from "@pulseboard/runtime";
import type { OutlookGates } from "@pulseboard/snapshot";
import { collectAndScore, collectMarket } from "./collect.ts";
import { describeSources } from "./describe-sources.ts";
import type { WorkerDurations } from "./durations.ts";
import type { PublishedRefresh } from "./history/histories.ts";
import { marketStateSteps, nextMarketState } from "./next-market-state.ts";
import { isNewTo, logProblems, refusedInputsOf } from "./problem-log.ts";
import type { RefreshRun } from "./run-watch.ts";
import { selectSymbols } from "./select-symbols.ts";
import type { MarketState, Tickers } from "./state/market-state.ts";
import { inTurns } from "./turns/in-turns.ts";

/** The operator's choices that a refresh goes by. */
export interface RefreshSettings {
  /** "bybit" or "simulator". */
  readonly source: string;
  readonly symbolCount: number;
  readonly moversMinTurnoverUsd: number;
  /** The schedule's period, ms. */
  readonly periodMs: number;
}

/** The phases of a refresh; "reference" is the wait that is left for it when the symbols are done. */
type PhaseName = "market" | "symbols" | "reference" | "publish";

export interface RefreshObserver {
  readonly phaseEnded: (phase: PhaseName, tookMs: number) => void;
  /** Called with everything that could not be collected and that the refresh continues without. */
  readonly foundProblems: (problems: readonly CollectionProblem[]) => void;
}

export interface RefreshContext extends RefreshSettings {
  readonly exchange: ExchangeGateway;
  readonly reference: ReferenceGateway;
  /** Publishes the state's documents to every store and announces them; resolves with their sequence. */
  readonly publish: (state: MarketState) => Promise<number>;
  readonly observer?: RefreshObserver;
  /** What the record says of showing the outlook, at this refresh. */
  readonly outlookGates: () => OutlookGates;
  /** Called with each whole refresh that was published; returns at once. */
  readonly onPublished?: (refresh: PublishedRefresh) => void;
  readonly durations: Pick<WorkerDurations, "firstReferenceWaitMs" | "referenceWaitMs" | "tickersUsableMs">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The memory that one refresh hands on to the next. */
export interface RefreshMemory {
  /** The last published state, of this process or loaded from the stores; null before the first. */
  readonly state: MarketState | null;
  /** The last tickers of this process. */
  readonly tickers: Tickers | null;
  /** True if this process itself has published scores. */
  readonly scored: boolean;
  /** The symbols' inputs that the engine refused in the last refresh, each of which is logged once. */
  readonly refusedInputs: ReadonlySet<string>;
}

export interface RefreshResult {
  readonly memory: RefreshMemory;
  readonly report: RefreshReport;
}

/**
 * One refresh: collects the market, selects and scores the symbols, computes the next state (sections that could not be
 * renewed keep their last known good data) and publishes it. The first refresh of a process publishes twice: overview and
 * movers as soon as they are collected, then everything with the scores.
 * @returns the memory for the next refresh, and a report for the caller who asked for this one
 * @throws ExchangeError when neither the tickers nor the market's time can be had; nothing is published then
 */
export async function refresh(context: RefreshContext, memory: RefreshMemory, run: RefreshRun): Promise<RefreshResult> {
  const { exchange, durations, publish, observer, clock, log } = context;
  const { signal, progress } = run;
  const elapsedMs = startStopwatch(clock);
  const timed = async <T>(phase: PhaseName, work: Promise<T>): Promise<T> => {
    const phaseMs = startStopwatch(clock);
    const result = await work;
    observer?.phaseEnded(phase, phaseMs());
    return result;
  };

  progress("collecting the market");
  const referenceInFlight = context.reference.collectReference(signal);
  // It rejects when the run is to end, and the run may have ended for that by then.
  referenceInFlight.catch(() => undefined);
  const referenceInTime = (): Promise<ReferenceCollection> =>
    withTimeout(() => referenceInFlight, { clock, ms: durations.referenceWaitMs, signal, onTimeout: noReference });
  const market = await timed("market", collectMarket(context, memory.tickers, signal)).catch(async (error: unknown) => {
    await referenceInTime();
    throw error;
  });
  const collected = {
    asOfMs: market.asOfMs,
    tickers: market.fresh ? market.tickers : null,
    source: context.source,
    moversMinTurnoverUsd: context.moversMinTurnoverUsd,
    periodMs: context.periodMs,
    outlookGates: context.outlookGates(),
  };

  let state = memory.state;
  if (!memory.scored && market.fresh) {
    const reference = await withTimeout(() => referenceInFlight, {
      clock,
      ms: durations.firstReferenceWaitMs,
      onTimeout: () => null,
    });
    state = nextMarketState({ ...collected, reference, symbols: null }, state);
    progress("publishing the first overview");
    const sequence = await publish(state);
    log.info({ sequence, symbols: market.tickers.tickers.length, tookMs: elapsedMs() }, "First overview");
  }

  const scoredBefore = new Set(state?.scores.value.keys());
  const selected = selectSymbols(market.tickers.tickers, scoredBefore, context.symbolCount);
  progress(`collecting and scoring ${selected.length} symbols`);
  const symbols = await timed("symbols", collectAndScore(context, market, selected, run));
  progress("waiting for reference data");
  const reference = await timed("reference", referenceInTime());
  const problems = [...market.problems, ...reference.problems, ...symbols.problems];
  const refusedInputs = refusedInputsOf(problems);
  logProblems(problems.filter(isNewTo(memory.refusedInputs)), log);
  observer?.foundProblems(problems);

  progress("publishing");
  const publishNext = async (before: MarketState | null): Promise<{ next: MarketState; sequence: number }> => {
    const whole = { ...collected, reference, symbols: { ...symbols, expected: selected.length } };
    const next = await inTurns(marketStateSteps(whole, before));
    // A run that was given to another worker, or is to end, must not publish any more.
    signal.throwIfAborted();
    return { next, sequence: await publish(next) };
  };
  const { next, sequence } = await timed("publish", publishNext(state));
  state = next;
  if (!signal.aborted) {
    // Else it belongs to the next run by now.
    exchange.retainOnly(new Set(symbols.inputs.keys()));
    const tickers = market.fresh ? market.tickers : null;
    context.onPublished?.({ state, sequence, scored: symbols.scored, inputs: symbols.inputs, tickers });
  }
  const { received: scored, expected } = state.scores.provenance;
  const tookMs = elapsedMs();
  log.info({ sequence, scored, expected, tookMs }, "Refreshed");
  return {
    memory: { state, tickers: market.tickers, scored: true, refusedInputs },
    report: { sequence, scored, expected, tookMs, sources: describeSources(state, problems) },
  };
}

/** The services' own deadlines were of no use: the last known data stay, with their age. */
function noReference(): ReferenceCollection {
  const message = "Reference data did not come in time, although each service has a deadline of its own (a defect).";
  const problem: CollectionProblem = {
    endpoint: "reference",
    code: "reference_timeout",
    message,
    hint: null,
    symbol: null,
  };
  return { globalMarket: null, fearGreed: null, problems: [problem] };
}

/** Returns a function that gives the whole milliseconds since this call. */
function startStopwatch(clock: Clock): () => number {
  const startedMs = clock.monotonicMs();
  return () => Math.round(clock.monotonicMs() - startedMs);
}
