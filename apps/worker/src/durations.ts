import { EXCHANGE_DURATIONS, type ExchangeDurations } from "@pulseboard/exchange/durations";
import { HISTORY_DURATIONS, type HistoryDurations } from "@pulseboard/history";

/** The worker's own durations (its schedule, and how long a refresh waits), and those of its exchange gateways. */
export interface WorkerDurations {
  /** The shortest time allowed between two ticks of the schedule, ms. */
  readonly leastPeriodMs: number;
  /** The longest time allowed between two ticks of the schedule, ms. */
  readonly longestPeriodMs: number;
  /** The very first snapshot waits this long for reference data, ms. */
  readonly firstReferenceWaitMs: number;
  /**
   * A refresh whose symbols are done waits this long for reference data and then goes on without, ms. Above the time that its
   * services take by themselves: `referenceTimeoutMs` for each of the two of one figure.
   */
  readonly referenceWaitMs: number;
  /**
   * A run in which nothing comes to its end for two periods, but at least for this long, is ended, ms. Above every wait of a run
   * that goes well: the longest is a request's.
   */
  readonly hungRunLeastMs: number;
  /** A worker none of whose refreshes comes to its end for three periods, but at least for this long, says that it hangs, ms. */
  readonly hangLineLeastMs: number;
  /** After five periods, but at least this long, it ends itself, ms. */
  readonly hangEndLeastMs: number;
  /**
   * After which a refresh that still waits shows that the queue runs none, ms. Above the time that a takeover from a dead worker
   * takes.
   */
  readonly silentQueueMs: number;
  /** Between two looks whether another worker still refreshes without the queue, ms. */
  readonly turnPollMs: number;
  /** Older tickers are not shown beside new scores, ms: nothing is published then, and the snapshot grows stale. */
  readonly tickersUsableMs: number;
  /** Between two publications of a symbol's history, ms of market time. */
  readonly historyEveryMs: number;
  /** A computation of the record that takes longer is given up, ms. */
  readonly recordMs: number;
  readonly history: HistoryDurations;
  readonly exchange: ExchangeDurations;
}

/** The durations of production. */
export const WORKER_DURATIONS: WorkerDurations = {
  leastPeriodMs: 5_000,
  longestPeriodMs: 3_600_000,
  firstReferenceWaitMs: 1_500,
  referenceWaitMs: 20_000,
  hungRunLeastMs: 60_000,
  hangLineLeastMs: 180_000,
  hangEndLeastMs: 360_000,
  silentQueueMs: 15_000,
  turnPollMs: 200,
  tickersUsableMs: 600_000,
  historyEveryMs: 300_000,
  recordMs: 600_000,
  history: HISTORY_DURATIONS,
  exchange: EXCHANGE_DURATIONS,
};
