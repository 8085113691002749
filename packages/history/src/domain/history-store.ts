import type { HistoryChunk, HistoryColumn } from "./history-columns.ts";
import type { HistoryRefresh, HistorySeries } from "./history-row.ts";

/**
 * - `kept`: it is on the disk, and survives a power cut
 * - `not_newer`: a refresh of that time or a later one is there already; nothing was written
 * - `waiting`: another process writes this history; nothing was written
 * - `lost`: the disk did not take it, which the outage log has said
 */
export type AppendOutcome = "kept" | "not_newer" | "waiting" | "lost";

/** One link of the chain: a file that is closed for good, with its hash and that of all before it. */
export interface ChainLink {
  /** UTC day, "2026-12-01". */
  readonly day: string;
  /** What the file holds: the day's quarters of an hour, or the day's statistics. */
  readonly kind: "quarters" | "statistics";
  /** SHA-256 of the file's bytes, hex. */
  readonly sha256: string;
  /** SHA-256, hex, of the text "<hash of the link before, 64 zeros for the first>\n<kind>\n<day>\n<sha256>\n". */
  readonly hash: string;
}

/** What reads history. Needs no lock; any number of processes may read while one writes. */
export interface HistoryReader {
  /** The days of which there is something, oldest first; the newest may still be open. */
  days(series: HistorySeries): Promise<readonly string[]>;
  /**
   * The refreshes of one day, oldest first, none twice; nothing when the day is not there. Damaged ones are left out, and said once
   * for each file. Throws a StoreError when the disk cannot be read.
   */
  readDay(series: HistorySeries, day: string): AsyncIterable<HistoryRefresh>;
  /** The same as columns, of which only those that are wanted are read: for who needs a few figures of many days. */
  readChunks(series: HistorySeries, day: string, columns: readonly HistoryColumn[]): AsyncIterable<HistoryChunk>;
  /** The text that was kept for a day; null when there is none. */
  readStatistics(day: string): Promise<string | null>;
  /** The days of which statistics are kept, oldest first. */
  statisticsDays(): Promise<readonly string[]>;
  chain(): Promise<readonly ChainLink[]>;
}

/** A place for history, with one writer. One conformance suite (`testing/history-store-conformance.ts`) states what it must do. */
export interface HistoryStore extends HistoryReader {
  /**
   * Adds a refresh at the end. Never rejects for what a disk does, and is bounded in time: whoever publishes need not wait for it.
   * Figures are rounded as HISTORY_ROUNDING says.
   */
  append(refresh: HistoryRefresh): Promise<AppendOutcome>;
  /** Keeps the statistics of a day, once: false when there are some already, or when another process writes this history. */
  keepStatistics(day: string, text: string): Promise<boolean>;
  close(): Promise<void>;
}
