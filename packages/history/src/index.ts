export { dayOf, daysBetween, quarterOf, startOfDayMs } from "./domain/history-days.ts";
export {
  HISTORY_COMPONENTS,
  type HistoryComponent,
  type HistoryRefresh,
  type HistoryRow,
  type HistorySeries,
  KNOWN_INPUTS,
  type KnownInputName,
  type MarketDirection,
} from "./domain/history-row.ts";
export type { AppendOutcome, ChainLink, HistoryReader, HistoryStore } from "./store/history-store.ts";
