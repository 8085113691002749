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
export type { Claim } from "./record/claims.ts";
export { COLLECT_OPTIONS, type CollectOptions, collectDays } from "./record/collect-days.ts";
export type { DayStatistics } from "./record/day-statistics.ts";
export type { RecordRefresh } from "./record/follow-moments.ts";
export type { Gate } from "./record/gate.ts";
export { LIVE_FIGURES } from "./record/live-figures.ts";
export type { LineFigure, RankedFigure, RecordFigures, RecordRow } from "./record/record-figures.ts";
export { HORIZONS, type Horizon, RECORD_METHOD } from "./record/record-method.ts";
export { type SummaryOptions, summarizeRecord } from "./record/summarize-record.ts";
export type { Estimate, RecordSummary } from "./record/summary.ts";
export type { AppendOutcome, ChainLink, HistoryReader, HistoryStore } from "./store/history-store.ts";
