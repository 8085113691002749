import { type Clock, isReadinessReason, type Logger, sleepUnlessAborted, withTimeout } from "@pulseboard/runtime";
import { isoFromUnixMs, parseWorkerStatus, unixMsFromIso, type WorkerStatus } from "@pulseboard/snapshot";
import type { DocumentStore } from "@pulseboard/storage";
import type { Reason } from "./reasons.ts";

export interface WorkerWatchDurations {
  /** How often the worker's status is read. */
  readonly pollMs: number;
  /** How long the start waits for the first look. */
  readonly firstLookMs: number;
  /** A read that takes longer counts as failed. */
  readonly hangsAfterMs: number;
}

export interface WorkerWatchOptions {
  readonly stores: readonly DocumentStore[];
  /** A worker of another market on the same stores is not ours. */
  readonly origin: string;
  readonly durations: WorkerWatchDurations;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Follows the worker's own word about itself, `worker:status`. */
export interface WorkerWatch {
  /** What it says is wrong, or "worker_silent" when it has said nothing for long. Nothing before it was heard of. */
  reasons(): readonly Reason[];
  close(): void;
}

const SILENT_AFTER_PERIODS = 3;

interface Heard {
  readonly status: WorkerStatus;
  /** How old it was when it was first seen, ms, and when that was on the monotonic clock. */
  readonly ageThenMs: number;
  readonly atMs: number;
  /** When it was written, by our wall clock as it was then, ISO 8601. */
  readonly writtenAt: string;
}

/** Reads the status in all stores, now and then from time to time; the newest counts. Resolves after the first look. */
export async function watchWorker({ stores, origin, durations, clock, log }: WorkerWatchOptions): Promise<WorkerWatch> {
  const closing = new AbortController();
  /** Stores that have not answered yet: each is asked once. */
  const asked = new Set<DocumentStore>();
  let refused = "";
  let heard: Heard | null = null;

  const readFrom = async (store: DocumentStore): Promise<WorkerStatus | null> => {
    if (store.readStatus === undefined || asked.has(store)) {
      return null;
    }
    asked.add(store);
    const reading = store.readStatus();
    const answered = (): void => void asked.delete(store);
    reading.then(answered, answered);
    const text = await withTimeout(() => reading, { clock, ms: durations.hangsAfterMs, onTimeout: () => null });
    const parsed = text === null ? null : parseWorkerStatus(text);
    if (parsed?.ok === false && parsed.problem !== refused) {
      refused = parsed.problem;
      log.warn({ store: store.name, problem: parsed.problem }, "Status of the worker refused");
    }
    return parsed?.ok && (parsed.status.origin ?? origin) === origin ? parsed.status : null;
  };

  const look = async (): Promise<void> => {
    const found = await Promise.all(
      stores.map((store) =>
        readFrom(store).catch((err: unknown) => {
          // The watch of its documents reports an outage of the store.
          log.debug({ err, store: store.name }, "Status of the worker not read");
          return null;
        }),
      ),
    );
    const statuses = found.filter((status) => status !== null);
    const newest = statuses.toSorted((a, b) => b.written_at.localeCompare(a.written_at))[0];
    if (newest === undefined || newest.written_at === heard?.status.written_at) {
      return;
    }
    // A change means that it was written since the last look, whatever the two wall clocks say.
    const ageThenMs = heard === null ? Math.max(0, clock.nowMs() - unixMsFromIso(newest.written_at)) : 0;
    const writtenAt = isoFromUnixMs(Math.round(clock.nowMs() - ageThenMs));
    heard = { status: newest, ageThenMs, atMs: clock.monotonicMs(), writtenAt };
  };

  const followUntilClosed = async (): Promise<void> => {
    while (await sleepUnlessAborted(clock, durations.pollMs, closing.signal)) {
      // Not awaited: a store that hangs must not hold up the others.
      void look();
    }
  };
  const first = look();
  void followUntilClosed();
  await withTimeout(() => first, { clock, ms: durations.firstLookMs, onTimeout: () => {} });

  return {
    reasons: () => {
      if (heard === null) {
        return [];
      }
      const { status, ageThenMs, atMs, writtenAt } = heard;
      const ageMs = ageThenMs + clock.monotonicMs() - atMs;
      if (ageMs > SILENT_AFTER_PERIODS * status.period_ms) {
        // What it said last need not be true any more.
        return [{ code: "worker_silent", since: writtenAt, until: null }];
      }
      const writtenMs = unixMsFromIso(status.written_at);
      return status.reasons.flatMap(({ code, since, until }) => {
        const isOver = until !== null && unixMsFromIso(until) - writtenMs <= ageMs;
        return isReadinessReason(code) && !isOver ? [{ code, since, until }] : [];
      });
    },
    close: () => closing.abort(),
  };
}
