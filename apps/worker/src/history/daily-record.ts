import { METHOD_VERSION } from "@pulseboard/engine";
import type { Logger } from "@pulseboard/runtime";
import {
  OUTLOOK_COLLECTING,
  type OutlookGates,
  parseRecord,
  RECORD_KEY,
  type RecordDocument,
} from "@pulseboard/snapshot";
import type { SingleDocument } from "@pulseboard/storage";

/** Computes the record once a day, and publishes it. */
export interface DailyRecord {
  /** To be called when a refresh is in the history; returns at once. */
  kept(asOfMs: number): void;
  /** Whether the outlook may be shown, by the newest record. */
  gates(): OutlookGates;
  /** Ends a computation that is under way, and resolves when it has ended. */
  close(): Promise<void>;
}

export interface DailyRecordOptions {
  readonly origin: string;
  /**
   * The text of `mobile:record`, computed anew; null without any history. Null: this process cannot compute it.
   * @throws PulseboardError when it could not be computed
   */
  readonly compute: ((signal: AbortSignal) => Promise<string | null>) | null;
  /** The newest that any store holds; null for none. */
  readonly readStored: () => Promise<SingleDocument | null>;
  /** False when no store took it. */
  readonly publishSingle: (document: SingleDocument) => Promise<boolean>;
  readonly log: Logger;
}

const DAY_MS = 86_400_000;
/** After midnight, the last exits of the day before over 4 h are due at 4:15, at most two periods later: all is there by then. */
const DUE_AFTER_MS = 4.5 * 3_600_000;
/** From one that failed to the next; market time. */
const RETRY_MS = 600_000;
/** A store that was emptied gets it again. */
const REPUBLISH_MS = 1_800_000;

/** The number of the record that is due at a time. */
function recordDay(asOfMs: number): number {
  return Math.floor((asOfMs - DUE_AFTER_MS) / DAY_MS);
}

export function createDailyRecord(options: DailyRecordOptions): DailyRecord {
  const { origin, compute, readStored, publishSingle, log } = options;
  const closing = new AbortController();
  let current: { readonly document: SingleDocument; readonly record: RecordDocument } | null = null;
  /** The newest that is there; null: none was looked for yet. */
  let doneDay: number | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let publishedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;

  const take = (text: string): RecordDocument | null => {
    const parsed = parseRecord(text);
    if (!parsed.ok) {
      log.error({ problem: parsed.problem }, "A record cannot be used");
      return null;
    }
    const { record } = parsed;
    if (record.origin !== origin || record.method_version !== METHOD_VERSION) {
      return null;
    }
    current = { document: { key: RECORD_KEY, sequence: record.sequence, text }, record };
    return record;
  };

  const takeStored = async (asOfMs: number): Promise<boolean> => {
    const stored = await readStored();
    const parsed = stored === null ? null : parseRecord(stored.text);
    if (stored === null || parsed?.ok !== true) {
      return false;
    }
    const recordMs = parsed.record.as_of * 1000;
    const isCurrent = recordMs <= asOfMs && recordDay(recordMs) === recordDay(asOfMs);
    return isCurrent && take(stored.text) !== null;
  };

  const computeNow = async (asOfMs: number): Promise<void> => {
    if (doneDay === null && (await takeStored(asOfMs))) {
      doneDay = recordDay(asOfMs);
      return;
    }
    const text = (await compute?.(closing.signal)) ?? null;
    if (text === null || take(text) === null) {
      return;
    }
    doneDay = recordDay(asOfMs);
    log.info({ sequence: current?.record.sequence }, "The record is computed");
  };

  const republish = async (asOfMs: number): Promise<void> => {
    if (current !== null && asOfMs - publishedAtMs >= REPUBLISH_MS) {
      publishedAtMs = asOfMs;
      await publishSingle(current.document);
    }
  };

  const work = async (asOfMs: number): Promise<void> => {
    const isDue = compute !== null && (doneDay === null || recordDay(asOfMs) > doneDay);
    if (isDue && asOfMs - triedAtMs >= RETRY_MS) {
      triedAtMs = asOfMs;
      try {
        await computeNow(asOfMs);
        publishedAtMs = Number.NEGATIVE_INFINITY;
      } catch (err) {
        if (!closing.signal.aborted) {
          log.warn({ err }, "The record is not computed: the one before stays");
        }
      }
    }
    await republish(asOfMs);
  };

  return {
    kept: (asOfMs) => {
      underWay ??= work(asOfMs)
        .catch((err: unknown) => log.error({ err }, "The record is not published (a defect)"))
        .finally(() => {
          underWay = null;
        });
    },
    gates: () => (current === null ? OUTLOOK_COLLECTING : gatesOf(current.record)),
    close: async () => {
      closing.abort();
      await underWay;
    },
  };
}

function gatesOf({ outlook }: RecordDocument): OutlookGates {
  const gate = ({ shown, why }: RecordDocument["outlook"]["1h"]) => ({ shown, why });
  return { "1h": gate(outlook["1h"]), "4h": gate(outlook["4h"]) };
}
