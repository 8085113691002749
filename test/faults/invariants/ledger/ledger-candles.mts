import type { Timeframe } from "@pulseboard/engine";
import type { MarketLedger } from "./market-ledger.mts";

const MINUTES: Readonly<Record<Timeframe, string>> = { "1m": "1", "5m": "5", "30m": "30", "4h": "240" };

/** The ledger's candles that had closed at a moment, oldest first: open time (Unix ms), open, high, low, close, volume. */
export function candleRows(
  ledger: Pick<MarketLedger, "answer">,
  symbol: string,
  { timeframe, closedMs, count }: { readonly timeframe: Timeframe; readonly closedMs: number; readonly count: number },
): readonly (readonly number[])[] {
  const interval = MINUTES[timeframe];
  const path = `/v5/market/kline?category=linear&symbol=${symbol}&interval=${interval}&limit=${count}&end=${closedMs - 1}`;
  const { result } = ledger.answer(path, closedMs) as { readonly result: { readonly list: readonly string[][] } };
  return result.list.toReversed().map((row) => row.slice(0, 6).map(Number));
}
