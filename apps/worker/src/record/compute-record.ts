import { METHOD_VERSION } from "@pulseboard/engine";
import {
  type ChainReport,
  type DamagedFile,
  HISTORY_DURATIONS,
  type HistoryPlace,
  readHistory,
  summarizeRecord,
  verifyHistory,
} from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import type { RecordDocument } from "@pulseboard/snapshot";
import { methodHash } from "./method-hash.ts";
import { type CompleteDay, readDays } from "./read-days.ts";
import { recordDocument } from "./record-document.ts";
import { SUMMARY_OPTIONS } from "./summary-options.ts";

/** Whose record it is. It is always that of this program's method: a new version begins a new record. */
export type RecordMarket = Omit<HistoryPlace, "methodVersion">;

export interface RecordRequest {
  readonly market: RecordMarket;
  /** Wall time, Unix ms. */
  readonly nowMs: number;
  /** Gets the statistics that are complete and not kept yet, oldest first, before the document tells the head of the chain. */
  readonly keep: (complete: readonly CompleteDay[]) => Promise<void>;
  /** Called once for each file of which not everything can be read. */
  readonly onDamage: (damaged: DamagedFile) => void;
}

const READING = { clock: systemClock, durations: HISTORY_DURATIONS, methodVersion: METHOD_VERSION } as const;

/**
 * Computes the record out of the history in DATA_DIR, whether or not another process writes it. It writes nothing itself, and takes
 * seconds of computing: for a process of its own.
 *
 * @returns null without any history
 * @throws StoreError when the disk cannot be read
 */
export async function computeRecord({ market, nowMs, keep, onDamage }: RecordRequest): Promise<RecordDocument | null> {
  const reader = readHistory({ ...market, ...READING, onDamage });
  const hash = methodHash();
  const { statistics, complete, unreadable, newest } = await readDays(reader, hash);
  for (const day of unreadable) {
    onDamage({ path: day, reason: "the day's statistics cannot be read: it counts as missing" });
  }
  await keep(complete);
  if (newest === null) {
    return null;
  }
  return recordDocument({
    summary: summarizeRecord(statistics, SUMMARY_OPTIONS),
    newest,
    chain: await reader.chain(),
    methodVersion: METHOD_VERSION,
    methodHash: hash,
    origin: market.origin,
    simulated: market.simulated,
    nowMs,
  });
}

/**
 * Walks the chain of closed days.
 *
 * @throws StoreError when the disk cannot be read
 */
export async function verifyRecord(market: RecordMarket): Promise<ChainReport> {
  return await verifyHistory({ ...market, ...READING });
}
