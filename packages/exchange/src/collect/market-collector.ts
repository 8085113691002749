import type { Ticker } from "@pulseboard/engine";
import type { Clock } from "@pulseboard/runtime";
import { ExchangeError } from "../exchange-error.ts";
import type { CollectionProblem, MarketCollection } from "../exchange-gateway.ts";
import { type Instrument, parseInstrument } from "../parsing/instruments.ts";
import { RowDefects, show } from "../parsing/row-defects.ts";
import { badBody, readList } from "../parsing/rows.ts";
import { parseTicker } from "../parsing/ticker.ts";
import { type Envelope, isRecord } from "../transport/envelope.ts";
import type { ExchangeCaller } from "../transport/exchange-caller.ts";
import { toProblem } from "./problems.ts";

const INSTRUMENTS = "/v5/market/instruments-info";
const TICKERS = "/v5/market/tickers";
const TIME = "/v5/market/time";
const INSTRUMENTS_TTL_MS = 3_600_000;
/** When the hourly renewal fails, the list at hand serves and is not asked for again with every refresh. */
const INSTRUMENTS_RETRY_MS = 300_000;
const PAGE_SIZE = 1000;
/** The exchange has one page; a cursor that never ends must. */
const MAX_PAGES = 20;

type Instruments = ReadonlyMap<string, Instrument>;

/** Instruments hourly, tickers each time: the whole market in one or two requests. */
export class MarketCollector {
  readonly #caller: ExchangeCaller;
  readonly #clock: Clock;
  #instruments: Instruments | null = null;
  #renewAtMs = Number.NEGATIVE_INFINITY;

  constructor(caller: ExchangeCaller, clock: Clock) {
    this.#caller = caller;
    this.#clock = clock;
  }

  /** @throws ExchangeError when there are no instruments or no tickers to go on with. */
  async collect(signal: AbortSignal): Promise<MarketCollection> {
    const { instruments, problems } = await this.#currentInstruments(signal);
    const market = await this.#caller.call({
      endpoint: TICKERS,
      params: { category: "linear" },
      lane: "market",
      signal,
      parse: (envelope) => parseTickers(envelope, instruments),
    });
    return { ...market, expected: instruments.size, problems: [...problems, ...market.problems] };
  }

  /** @throws ExchangeError */
  timeMs(signal: AbortSignal): Promise<number> {
    return this.#caller.call({ endpoint: TIME, params: {}, lane: "market", signal, parse: ({ timeMs }) => timeMs });
  }

  async #currentInstruments(
    signal: AbortSignal,
  ): Promise<{ instruments: Instruments; problems: readonly CollectionProblem[] }> {
    const known = this.#instruments;
    if (known !== null && this.#clock.monotonicMs() < this.#renewAtMs) {
      return { instruments: known, problems: [] };
    }
    try {
      const { instruments, problems } = await this.#fetchInstruments(signal);
      this.#instruments = instruments;
      this.#renewAtMs = this.#clock.monotonicMs() + INSTRUMENTS_TTL_MS;
      return { instruments, problems };
    } catch (error) {
      if (known === null || !(error instanceof ExchangeError)) {
        throw error;
      }
      this.#renewAtMs = this.#clock.monotonicMs() + INSTRUMENTS_RETRY_MS;
      return { instruments: known, problems: [toProblem(error, null)] };
    }
  }

  async #fetchInstruments(
    signal: AbortSignal,
  ): Promise<{ instruments: Instruments; problems: readonly CollectionProblem[] }> {
    const instruments = new Map<string, Instrument>();
    const defects = new RowDefects();
    const seenCursors = new Set<string>();
    for (let cursor = ""; ; ) {
      const page = await this.#caller.call({
        endpoint: INSTRUMENTS,
        params: { category: "linear", limit: PAGE_SIZE, ...(cursor === "" ? {} : { cursor }) },
        lane: "market",
        signal,
        parse: readPage,
      });
      for (const row of page.rows) {
        const instrument = parseInstrument(row, defects);
        if (instrument !== null) {
          instruments.set(instrument.symbol, instrument);
        }
      }
      cursor = page.nextCursor;
      if (cursor === "") {
        break;
      }
      if (seenCursors.has(cursor) || seenCursors.size >= MAX_PAGES) {
        throw badBody(INSTRUMENTS, "its pages never end");
      }
      seenCursors.add(cursor);
    }
    if (instruments.size === 0) {
      throw badBody(INSTRUMENTS, "not one eligible instrument");
    }
    return { instruments, problems: defects.toProblems(INSTRUMENTS, null) };
  }
}

function readPage(envelope: Envelope): { rows: readonly unknown[]; nextCursor: string } {
  const nextCursor = envelope.result.nextPageCursor ?? "";
  if (typeof nextCursor !== "string") {
    throw badBody(INSTRUMENTS, `nextPageCursor is ${show(nextCursor)}`);
  }
  return { rows: readList(INSTRUMENTS, envelope), nextCursor };
}

function parseTickers(envelope: Envelope, instruments: Instruments): Omit<MarketCollection, "expected"> {
  const defects = new RowDefects();
  const tickers = new Map<string, Ticker>();
  for (const row of readList(TICKERS, envelope)) {
    const symbol = isRecord(row) ? row.symbol : undefined;
    if (typeof symbol !== "string" || symbol === "") {
      defects.add(`a row whose symbol is ${show(symbol)}`);
      continue;
    }
    const instrument = instruments.get(symbol);
    if (instrument === undefined) {
      continue;
    }
    if (tickers.has(symbol)) {
      defects.add(`${symbol} appears twice`);
      continue;
    }
    const ticker = parseTicker(row, instrument, defects);
    if (ticker !== null) {
      tickers.set(symbol, ticker);
    }
  }
  if (tickers.size === 0) {
    throw badBody(TICKERS, "not one eligible symbol has a usable row");
  }
  return {
    asOfMs: envelope.timeMs,
    tickers: [...tickers.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1)),
    problems: defects.toProblems(TICKERS, null),
  };
}
