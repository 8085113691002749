export type { ChainReport } from "./chain/verify-chain.ts";
export { directionOf } from "./domain/direction-of.ts";
export { HISTORY_DURATIONS, type HistoryDurations } from "./domain/durations.ts";
export { pricedRow, ROW_STATE } from "./domain/history-columns.ts";
export { dayOf, daysBetween, startOfDayMs } from "./domain/history-days.ts";
export {
  HISTORY_COMPONENTS,
  type HistoryComponent,
  type HistoryRefresh,
  type HistoryRow,
  KNOWN_INPUTS,
  type KnownInputName,
  type MarketDirection,
} from "./domain/history-row.ts";
export type { AppendOutcome, ChainLink, HistoryReader, HistoryStore } from "./domain/history-store.ts";
export type { DamagedFile } from "./files/day-reader.ts";
export type { HistoryPlace } from "./files/place.ts";
export { type Claim, claimAlphaOf } from "./record/claims.ts";
export { COLLECT_OPTIONS, collectDays } from "./record/collect-days.ts";
export { type CorrelationDifference, compareCorrelations } from "./record/compare-correlations.ts";
export type { DayStatistics } from "./record/day-statistics.ts";
export type { RecordRefresh } from "./record/follow-moments.ts";
export type { Gate } from "./record/gate.ts";
export { LIVE_FIGURES } from "./record/live-figures.ts";
export type { RecordFigures } from "./record/record-figures.ts";
export { HORIZONS, type Horizon, RECORD_METHOD } from "./record/record-method.ts";
export { type SummaryOptions, summarizeRecord } from "./record/summarize-record.ts";
export type { Estimate, FigureSummary, HorizonSummary, RecordSummary } from "./record/summary.ts";
export { openHistory } from "./store/open-history.ts";
export { methodVersionsOf, readHistory, verifyHistory } from "./store/read-history.ts";
