import { quarterOf } from "./history-days.ts";
import type { HistoryRefresh } from "./history-row.ts";

/** So many refreshes after the first one of a quarter are kept for their prices: entries and exits, with room for one that was missed. */
const PRICED_AFTERWARDS = 3;

/**
 * Creates what picks the refreshes that the series of quarters of an hour keeps, given all of them in their order: one or none for each.
 */
export function createQuarterPicker(): (refresh: HistoryRefresh) => readonly HistoryRefresh[] {
  let quarter = Number.NaN;
  let seen = 0;
  return (refresh) => {
    const own = quarterOf(refresh.asOfMs);
    seen = own === quarter ? seen + 1 : 0;
    quarter = own;
    if (seen === 0) {
      return [refresh];
    }
    return seen <= PRICED_AFTERWARDS ? [pricesOf(refresh)] : [];
  };
}

function pricesOf(refresh: HistoryRefresh): HistoryRefresh {
  return { ...refresh, rows: refresh.rows.map((row) => ({ ...row, scored: false })) };
}
