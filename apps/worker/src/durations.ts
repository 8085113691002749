import { EXCHANGE_DURATIONS, type ExchangeDurations } from "@pulseboard/exchange/durations";

/** The worker's own durations (its schedule, and how long a refresh waits), and those of its exchange gateways. */
export interface WorkerDurations {
  /** The shortest time allowed between two ticks of the schedule, ms. */
  readonly leastPeriodMs: number;
  /** The longest time allowed between two ticks of the schedule, ms. */
  readonly longestPeriodMs: number;
  /** The very first snapshot waits this long for reference data, ms. */
  readonly firstReferenceWaitMs: number;
  /** Older tickers are not shown beside new scores, ms: nothing is published then, and the snapshot grows stale. */
  readonly tickersUsableMs: number;
  readonly exchange: ExchangeDurations;
}

/** The durations of production. */
export const WORKER_DURATIONS: WorkerDurations = {
  leastPeriodMs: 5_000,
  longestPeriodMs: 3_600_000,
  firstReferenceWaitMs: 1_500,
  tickersUsableMs: 600_000,
  exchange: EXCHANGE_DURATIONS,
};
