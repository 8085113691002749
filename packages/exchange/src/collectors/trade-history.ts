import type { Input, Trades } from "@pulseboard/engine";
import type { CollectionProblem } from "../errors/collection-problem.ts";
import type { TradePage, TradeRow } from "../gateway/exchange-api.ts";
import type { SymbolSource } from "./symbol-source.ts";
import { mergeSpans, spansFrom, withoutHoles } from "./time-spans.ts";

const HISTORY_MS = 15 * 60_000;

/** The public trades of one symbol over the last 15 minutes, with the times for which they are complete. */
export interface TradeHistory {
  /** @throws ExchangeError, or the signal's reason when it is aborted */
  update(signal: AbortSignal): Promise<readonly CollectionProblem[]>;
  input(): Input<Trades>;
}

/**
 * Gathers trades over refreshes. Two answers that do not overlap leave a gap in the coverage.
 *
 * @param periodMs the period of refreshes
 */
export function createTradeHistory(source: SymbolSource, periodMs: number): TradeHistory {
  let known: { readonly trades: Trades; readonly asOfMs: number } | null = null;
  /**
   * The known trades from `idsFromMs` on, each with its time: an answer can have these again. One of a server that is behind also
   * has some of before, which are known where the time is covered.
   */
  let ids: ReadonlyMap<string, number> = new Map();
  let idsFromMs = Number.NEGATIVE_INFINITY;

  const isKnown = ({ id, timeMs }: TradeRow): boolean =>
    ids.has(id) || (timeMs < idsFromMs && known !== null && isCovered(known.trades.coverage, timeMs));

  const add = (page: TradePage): void => {
    const asOfMs = Math.max(page.timeMs, known?.asOfMs ?? page.timeMs);
    const horizonMs = asOfMs - HISTORY_MS;
    const fromMs = page.isFull ? (page.trades[0]?.timeMs ?? page.timeMs) : page.timeMs - HISTORY_MS;
    const covered = withoutHoles({ fromMs, toMs: page.timeMs }, page.holes);
    const before = known?.trades;
    // A block trade is agreed off the book, so its side is not that of a taker.
    const fresh = page.trades.filter((trade) => !trade.isBlockTrade && !isKnown(trade));
    const rows = [...(before === undefined ? [] : rowsOf(before)), ...fresh].filter((row) => row.timeMs >= horizonMs);
    const coverage = spansFrom(mergeSpans([...(before?.coverage ?? []), ...covered]), horizonMs);
    known = { trades: toColumns(rows, coverage), asOfMs };
    idsFromMs = Math.max(idsFromMs, fromMs);
    const times = [...ids, ...page.trades.map(({ id, timeMs }) => [id, timeMs] as const)];
    ids = new Map(times.filter(([, timeMs]) => timeMs >= idsFromMs));
  };

  return {
    update: async (signal) => {
      const request = source.api.trades(source.symbol);
      const page = await source.send(request, signal);
      add(page);
      return page.errors.toProblems(request.endpoint, source.symbol);
    },
    input: () =>
      known === null
        ? { known: false, reason: "not_provided", periodMs }
        : { known: true, value: known.trades, asOfMs: known.asOfMs, periodMs },
  };
}

function isCovered(coverage: Trades["coverage"], timeMs: number): boolean {
  return coverage.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs);
}

type Row = Pick<TradeRow, "timeMs" | "price" | "quantityBase"> & { readonly takerSide: number };

function rowsOf(trades: Trades): readonly Row[] {
  return Array.from(trades.timeMs, (timeMs, index) => ({
    timeMs,
    price: trades.price[index] ?? Number.NaN,
    quantityBase: trades.quantityBase[index] ?? Number.NaN,
    takerSide: trades.takerSide[index] ?? 0,
  }));
}

function toColumns(rows: readonly Row[], coverage: Trades["coverage"]): Trades {
  // A trade can appear late, or be usable only in a later answer.
  const sorted = [...rows].sort((a, b) => a.timeMs - b.timeMs);
  return {
    timeMs: Float64Array.from(sorted, (row) => row.timeMs),
    price: Float64Array.from(sorted, (row) => row.price),
    quantityBase: Float64Array.from(sorted, (row) => row.quantityBase),
    takerSide: Int8Array.from(sorted, (row) => row.takerSide),
    coverage,
  };
}
