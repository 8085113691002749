import type { Alert, MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import type { MarketLedger } from "./market-ledger.mts";

/** The price in a signal that this refresh has brought: the row's, or, of one in the same second before it, the ledger's of then. */
export function checkAlerts(
  alerts: readonly Alert[],
  { sections, confluence_scores: rows }: MobileSnapshot,
  ledger: MarketLedger,
): readonly Mismatch[] {
  const { as_of: asOf, stale } = sections.scores;
  return alerts.flatMap((alert) => {
    if (alert.alert_type !== "signal" || alert.unix_timestamp !== asOf || stale) {
      return [];
    }
    const { symbol, unix_timestamp: second, details } = alert;
    const { price } = details;
    const row = rows.find((other) => other.symbol === symbol);
    if (row === undefined || price === row.price) {
      return [];
    }
    const isOfLedger = Array.from({ length: 1000 }, (_, ms) => second * 1000 + ms).some(
      (timeMs) => ledger.rowAt(row.symbol, timeMs).price === price,
    );
    return isOfLedger ? [] : [`alerts: ${row.symbol}'s price is ${price}, beside ${row.price} in its row`];
  });
}
