import type { Clock } from "@pulseboard/runtime";
import { type CollectionProblem, toProblem } from "../errors/collection-problem.ts";
import { badBody, ExchangeError } from "../errors/exchange-error.ts";
import { createRowErrors } from "../errors/row-errors.ts";
import type { ExchangeApi, ExchangeRequest, Instrument, LeftOutContract } from "../gateway/exchange-api.ts";
import type { MarketCollection } from "../gateway/exchange-gateway.ts";
import type { ExchangeCaller } from "../limits/exchange-caller.ts";
import type { MarketTime } from "./market-time.ts";

/** A few thousand instruments are a handful of pages; a cursor that never ends must be stopped. */
const MAX_PAGES = 20;
/** An exchange that makes up names must not fill the memory. */
const MAX_REPORTED = 2000;

export interface InstrumentDurations {
  /** How long a list of instruments is used. */
  readonly instrumentsPeriodMs: number;
  /** How long the old list is used after its renewal failed, before the next attempt. */
  readonly instrumentsRetryMs: number;
}

export interface MarketCollectorOptions {
  readonly api: ExchangeApi;
  readonly caller: ExchangeCaller;
  readonly marketTime: Pick<MarketTime, "advance" | "note">;
  readonly clock: Clock;
  readonly durations: InstrumentDurations;
}

/** Instruments hourly, tickers each time: the whole market in one or two requests. */
export interface MarketCollector {
  /** @throws ExchangeError when there are no instruments or no tickers to continue with */
  collect(signal: AbortSignal): Promise<MarketCollection>;
  /** The exchange's own time, Unix ms. @throws ExchangeError */
  timeMs(signal: AbortSignal): Promise<number>;
}

type Instruments = ReadonlyMap<string, Instrument>;

export function createMarketCollector(options: MarketCollectorOptions): MarketCollector {
  const { api, caller, marketTime, clock, durations } = options;
  let known: Instruments | null = null;
  let renewAtMs = Number.NEGATIVE_INFINITY;
  /** Found by a renewal, and not reported yet: the refresh that found them may have failed. */
  let unreported: readonly CollectionProblem[] = [];
  /** Contracts that were left out, by code and name: each is reported once. */
  const reported = new Set<string>();

  /** For answers whose time becomes the market's. */
  const askTimed = <T>({ endpoint, send }: ExchangeRequest<T>, signal: AbortSignal): Promise<T> => {
    const timed = (inner: AbortSignal) => send(inner, (time) => marketTime.advance(endpoint, time));
    return caller.call({ endpoint, send: timed }, "market", signal);
  };

  const fetchInstruments = async (signal: AbortSignal) => {
    const instruments = new Map<string, Instrument>();
    const leftOut: LeftOutContract[] = [];
    const errors = createRowErrors();
    const seenCursors = new Set<string>();
    for (let cursor: string | null = null; ; ) {
      const request = api.instruments(cursor);
      const noted = (inner: AbortSignal) => request.send(inner, marketTime.note);
      const page = await caller.call({ ...request, send: noted }, "market", signal);
      for (const instrument of page.instruments) {
        instruments.set(instrument.symbol, instrument);
      }
      leftOut.push(...page.leftOut);
      errors.addAll(page.errors);
      cursor = page.nextCursor;
      if (cursor === null) {
        if (instruments.size === 0) {
          throw badBody(request.endpoint, "not one eligible instrument");
        }
        const problems = [...errors.toProblems(request.endpoint, null), ...toProblems(leftOut, request.endpoint)];
        return { instruments, problems };
      }
      if (seenCursors.has(cursor) || seenCursors.size >= MAX_PAGES) {
        throw badBody(request.endpoint, "its pages never end");
      }
      seenCursors.add(cursor);
    }
  };

  const toProblems = (leftOut: readonly LeftOutContract[], endpoint: string): readonly CollectionProblem[] =>
    leftOut.flatMap(({ name, code, message }) => {
      const key = `${code} ${name}`;
      if (reported.has(key) || reported.size >= MAX_REPORTED) {
        return [];
      }
      reported.add(key);
      return [{ endpoint, code, message, hint: null, symbol: name }];
    });

  const currentInstruments = async (signal: AbortSignal): Promise<Instruments> => {
    if (known !== null && clock.monotonicMs() < renewAtMs) {
      return known;
    }
    try {
      const { instruments, problems } = await fetchInstruments(signal);
      known = instruments;
      unreported = [...unreported, ...problems];
      renewAtMs = clock.monotonicMs() + durations.instrumentsPeriodMs;
    } catch (error) {
      if (known === null || !(error instanceof ExchangeError)) {
        throw error;
      }
      renewAtMs = clock.monotonicMs() + durations.instrumentsRetryMs;
      unreported = [...unreported, toProblem(error, null)];
    }
    return known;
  };

  return {
    collect: async (signal) => {
      const instruments = await currentInstruments(signal);
      const request = api.tickers(instruments);
      const { asOfMs, tickers, errors } = await askTimed(request, signal);
      const problems = [...unreported, ...errors.toProblems(request.endpoint, null)];
      unreported = [];
      return { asOfMs, tickers, expected: instruments.size, problems };
    },
    timeMs: (signal) => askTimed(api.time(), signal),
  };
}
