import type { AnalysisDocument } from "@pulseboard/snapshot";
import { bookReadings, type LedgerBook, qualityOf } from "./book-rules.mts";
import { candlesOf } from "./check-candle-rules.mts";
import type { Mismatch } from "./figures.mts";
import { isRounded, type MarketLedger } from "./market-ledger.mts";
import { compareReading, ruleOf } from "./rule-readings.mts";

const SECOND_MS = 1_000;
const LEVELS = 500;

type Analysis = Pick<AnalysisDocument, "symbol" | "inputs" | "components" | "reliability_factors">;

/**
 * The rules on the order book, and the quality that follows from its spread and depth, are those of the ledger's book at one moment of the
 * second that the analysis says.
 */
export function checkBook(analysis: Analysis, ledger: Pick<MarketLedger, "answer">): readonly Mismatch[] {
  const at = (text: string): Mismatch => `analysis of ${analysis.symbol}: ${text}`;
  const input = analysis.inputs.find((each) => each.input === "book");
  const compare = (readings: ReturnType<typeof bookReadings>) =>
    Object.entries(readings).flatMap(([rule, expected]) =>
      compareReading(at(`orderbook.${rule}`), ruleOf(analysis, "orderbook", rule), expected),
    );
  const { quality } = analysis.reliability_factors;
  if (input === undefined || input.as_of === null || input.reason !== null) {
    const isFloor = isRounded(quality, qualityOf(null), 4);
    return [
      ...compare({ depth_near: null, depth_far: null, top_of_book: null, microprice: null }),
      ...(isFloor ? [] : [at(`quality is ${quality} without a book`)]),
    ];
  }
  const atr = candlesOf(analysis, "5m", ledger)?.candles?.atr ?? null;
  const best = ruleOf(analysis, "orderbook", "microprice")?.figures ?? [];
  const shown = (name: string): number => best.find((each) => each.name === name)?.value ?? Number.NaN;
  const isBest = ({ bids, asks }: LedgerBook): boolean =>
    isDigits(shown("bid_quantity"), bids[0]?.[1]) && isDigits(shown("ask_quantity"), asks[0]?.[1]);
  let closest: readonly Mismatch[] = [
    at(`at no moment of ${input.as_of} were the best levels ${JSON.stringify(best)}`),
  ];
  for (let timeMs = input.as_of * SECOND_MS; timeMs < (input.as_of + 1) * SECOND_MS; timeMs++) {
    if (!isBest(bookAt(ledger, analysis.symbol, timeMs, 1))) {
      continue;
    }
    const book = bookAt(ledger, analysis.symbol, timeMs, LEVELS);
    const count = book.bids.length + book.asks.length;
    const exact = qualityOf(book);
    const wrong = [
      ...compare(bookReadings(book, atr)),
      ...(count === input.count ? [] : [at(`its book has ${input.count} levels, and the ledger's ${count}`)]),
      ...(isRounded(quality, exact, 4) ? [] : [at(`quality is ${quality}, and the ledger's book gives ${exact}`)]),
    ];
    if (wrong.length === 0) {
      return [];
    }
    closest = wrong;
  }
  return closest;
}

/** Whether a figure of eight digits is this one. */
function isDigits(shown: number, exact: number | undefined): boolean {
  return exact !== undefined && Math.abs(shown - exact) <= 1e-7 * exact;
}

interface Answer {
  readonly result: { readonly b: readonly (readonly string[])[]; readonly a: readonly (readonly string[])[] };
}

function bookAt(ledger: Pick<MarketLedger, "answer">, symbol: string, timeMs: number, levels: number): LedgerBook {
  const path = `/v5/market/orderbook?category=linear&symbol=${symbol}&limit=${levels}`;
  const { b, a } = (ledger.answer(path, timeMs) as Answer).result;
  const side = (rows: Answer["result"]["b"]) => rows.map(([price, size]) => [Number(price), Number(size)] as const);
  return { bids: side(b), asks: side(a) };
}
