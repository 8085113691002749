import type { Clock } from "@pulseboard/runtime";
import { type CollectionProblem, toProblem } from "../errors/collection-problem.ts";
import { badBody, ExchangeError } from "../errors/exchange-error.ts";
import { createRowErrors } from "../errors/row-errors.ts";
import type { ExchangeApi, Instrument } from "../gateway/exchange-api.ts";
import type { MarketCollection } from "../gateway/exchange-gateway.ts";
import type { ExchangeCaller } from "../limits/exchange-caller.ts";

/** A few thousand instruments are a handful of pages; a cursor that never ends must be stopped. */
const MAX_PAGES = 20;

export interface InstrumentDurations {
  /** How long a list of instruments is used. */
  readonly instrumentsPeriodMs: number;
  /** How long the old list is used after its renewal failed, before the next attempt. */
  readonly instrumentsRetryMs: number;
}

export interface MarketCollectorOptions {
  readonly api: ExchangeApi;
  readonly caller: ExchangeCaller;
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

interface InstrumentCollection {
  readonly instruments: Instruments;
  readonly problems: readonly CollectionProblem[];
}

export function createMarketCollector({ api, caller, clock, durations }: MarketCollectorOptions): MarketCollector {
  let known: Instruments | null = null;
  let renewAtMs = Number.NEGATIVE_INFINITY;

  const fetchInstruments = async (signal: AbortSignal): Promise<InstrumentCollection> => {
    const instruments = new Map<string, Instrument>();
    const errors = createRowErrors();
    const seenCursors = new Set<string>();
    for (let cursor: string | null = null; ; ) {
      const request = api.instruments(cursor);
      const page = await caller.call(request, "market", signal);
      for (const instrument of page.instruments) {
        instruments.set(instrument.symbol, instrument);
      }
      errors.addAll(page.errors);
      cursor = page.nextCursor;
      if (cursor === null) {
        if (instruments.size === 0) {
          throw badBody(request.endpoint, "not one eligible instrument");
        }
        return { instruments, problems: errors.toProblems(request.endpoint, null) };
      }
      if (seenCursors.has(cursor) || seenCursors.size >= MAX_PAGES) {
        throw badBody(request.endpoint, "its pages never end");
      }
      seenCursors.add(cursor);
    }
  };

  const currentInstruments = async (signal: AbortSignal): Promise<InstrumentCollection> => {
    if (known !== null && clock.monotonicMs() < renewAtMs) {
      return { instruments: known, problems: [] };
    }
    try {
      const fetched = await fetchInstruments(signal);
      known = fetched.instruments;
      renewAtMs = clock.monotonicMs() + durations.instrumentsPeriodMs;
      return fetched;
    } catch (error) {
      if (known === null || !(error instanceof ExchangeError)) {
        throw error;
      }
      renewAtMs = clock.monotonicMs() + durations.instrumentsRetryMs;
      return { instruments: known, problems: [toProblem(error, null)] };
    }
  };

  return {
    collect: async (signal) => {
      const { instruments, problems } = await currentInstruments(signal);
      const request = api.tickers(instruments);
      const { asOfMs, tickers, errors } = await caller.call(request, "market", signal);
      return {
        asOfMs,
        tickers,
        expected: instruments.size,
        problems: [...problems, ...errors.toProblems(request.endpoint, null)],
      };
    },
    timeMs: (signal) => caller.call(api.time(), "market", signal),
  };
}
