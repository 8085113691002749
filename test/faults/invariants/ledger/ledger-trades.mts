import type { MarketLedger } from "./market-ledger.mts";

const MINUTE_MS = 60_000;
const MOST_OF_AN_ANSWER = 1_000;
const KEPT_MINUTES = 4_000;

export interface LedgerTrade {
  readonly timeMs: number;
  readonly price: number;
  /** In base coin. */
  readonly quantity: number;
  /** 1 when the taker bought, -1 when the taker sold. */
  readonly side: 1 | -1;
}

interface Answer {
  readonly result: { readonly list: readonly Readonly<Record<string, string>>[] };
}

const minutes = new WeakMap<object, Map<string, readonly LedgerTrade[]>>();

/** The ledger's trades after one moment and up to another, oldest first. Unix ms. */
export function tradesBetween(
  ledger: Pick<MarketLedger, "answer">,
  symbol: string,
  { afterMs, toMs }: { readonly afterMs: number; readonly toMs: number },
): readonly LedgerTrade[] {
  const trades: LedgerTrade[] = [];
  for (let minuteMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS; minuteMs <= toMs; minuteMs += MINUTE_MS) {
    trades.push(...tradesOfMinute(ledger, symbol, minuteMs));
  }
  return trades.filter(({ timeMs }) => timeMs > afterMs && timeMs <= toMs);
}

/** One answer has all trades of a minute, since a minute never has more. */
function tradesOfMinute(ledger: Pick<MarketLedger, "answer">, symbol: string, minuteMs: number) {
  const known = minutes.get(ledger) ?? new Map<string, readonly LedgerTrade[]>();
  minutes.set(ledger, known);
  const key = `${symbol} ${minuteMs}`;
  const before = known.get(key);
  if (before !== undefined) {
    return before;
  }
  if (known.size >= KEPT_MINUTES) {
    known.clear();
  }
  const path = `/v5/market/recent-trade?category=linear&symbol=${symbol}&limit=${MOST_OF_AN_ANSWER}`;
  const { list } = (ledger.answer(path, minuteMs + MINUTE_MS - 1) as Answer).result;
  const trades = list
    .map(({ time, price, size, side }) => ({
      timeMs: Number(time),
      price: Number(price),
      quantity: Number(size),
      side: side === "Buy" ? (1 as const) : (-1 as const),
    }))
    .filter(({ timeMs }) => timeMs >= minuteMs)
    .toReversed();
  known.set(key, trades);
  return trades;
}
