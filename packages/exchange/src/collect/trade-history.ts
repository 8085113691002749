import type { Input, Trades } from "@pulseboard/engine";
import type { CollectionProblem } from "../exchange-gateway.ts";
import { RowDefects } from "../parsing/row-defects.ts";
import { parseTrades, RECENT_TRADE, type TradePage, type TradeRow } from "../parsing/trades.ts";
import type { SymbolSource } from "./symbol-source.ts";
import { mergeSpans, spansFrom, withoutHoles } from "./time-spans.ts";

const HISTORY_MS = 15 * 60_000;
/** The most that one request gives: seconds of BTC, days of a small coin. */
const PAGE_SIZE = 1000;

interface Kept {
  readonly trades: Trades;
  readonly asOfMs: number;
}

/** Public trades of one symbol, gathered over refreshes. What lies between two answers that do not meet is a gap. */
export class TradeHistory {
  readonly #source: SymbolSource;
  readonly #periodMs: number;
  #kept: Kept | null = null;
  /** Enough to know what is new: of the newest thousand, what is older than the last answer was already in that. */
  #lastIds: ReadonlySet<string> = new Set();

  constructor(source: SymbolSource, periodMs: number) {
    this.#source = source;
    this.#periodMs = periodMs;
  }

  async update(signal: AbortSignal): Promise<readonly CollectionProblem[]> {
    const { symbol } = this.#source;
    const { page, defects } = await this.#source.get(RECENT_TRADE, { limit: PAGE_SIZE }, signal, (envelope) => {
      const counted = new RowDefects();
      return { page: parseTrades(envelope, symbol, counted), defects: counted };
    });
    this.#add(page);
    return defects.toProblems(RECENT_TRADE, symbol);
  }

  input(): Input<Trades> {
    const periodMs = this.#periodMs;
    if (this.#kept === null) {
      return { known: false, reason: "not_provided", periodMs };
    }
    return { known: true, value: this.#kept.trades, asOfMs: this.#kept.asOfMs, periodMs };
  }

  #add(page: TradePage): void {
    const horizonMs = page.timeMs - HISTORY_MS;
    const hasMore = page.rowCount >= PAGE_SIZE;
    const fromMs = hasMore ? (page.trades[0]?.timeMs ?? page.timeMs) : horizonMs;
    const covered = withoutHoles({ fromMs, toMs: page.timeMs }, page.holes);
    const before = this.#kept?.trades;
    // Block trades are agreed off the book: they show no taker's hand.
    const fresh = page.trades.filter((trade) => !trade.isBlockTrade && !this.#lastIds.has(trade.id));
    const rows = [...(before === undefined ? [] : rowsOf(before)), ...fresh].filter((row) => row.timeMs >= horizonMs);
    const coverage = spansFrom(mergeSpans([...(before?.coverage ?? []), ...covered]), horizonMs);
    this.#kept = { trades: toColumns(rows, coverage), asOfMs: page.timeMs };
    this.#lastIds = new Set(page.trades.map((trade) => trade.id));
  }
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
  // A trade can surface late, or be read only the second time.
  const sorted = [...rows].sort((a, b) => a.timeMs - b.timeMs);
  return {
    timeMs: Float64Array.from(sorted, (row) => row.timeMs),
    price: Float64Array.from(sorted, (row) => row.price),
    quantityBase: Float64Array.from(sorted, (row) => row.quantityBase),
    takerSide: Int8Array.from(sorted, (row) => row.takerSide),
    coverage,
  };
}
