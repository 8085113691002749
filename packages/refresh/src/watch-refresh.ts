import type { Clock } from "@pulseboard/runtime";
import { QueueError } from "./queue-error.ts";
import type { RefreshPhase, RefreshRecord, RefreshRecords, RefreshReport } from "./refresh-queue.ts";

/** What becomes of a job, told as it happens. The last four end the tale. */
export type RefreshEvent =
  /** No worker has it: not yet, or no more, as its worker is gone or has handed it back. */
  | { readonly event: "waiting" }
  | { readonly event: "active" }
  | ({ readonly event: "phase" } & RefreshPhase)
  /** The queue cannot be reached at the moment. */
  | { readonly event: "unreachable"; readonly error: QueueError }
  | { readonly event: "done"; readonly report: RefreshReport | null }
  | { readonly event: "failed"; readonly failure: string }
  /** The queue knows no such job, or has forgotten it. */
  | { readonly event: "gone" }
  /** No worker has taken it for `forMs`: probably none is running. It waits on. */
  | { readonly event: "unattended"; readonly forMs: number };

export interface WatchOptions {
  readonly records: RefreshRecords;
  readonly clock: Clock;
}

/**
 * Looked at again and again rather than listened for: a record has all phases so far, so that a watcher who comes late
 * misses nothing, and Redis may come and go. BullMQ's events would miss what happened before the first read.
 */
const LOOK_EVERY_MS = 200;
/** More than the 10 s after which another worker has taken over the run of one that was killed. */
const UNATTENDED_MS = 15_000;

/**
 * Follows one job to its end, or until no worker cares for it.
 * @throws QueueError when the queue could not be reached for 15 s
 */
export async function* watchRefresh({ records, clock }: WatchOptions, jobId: string): AsyncGenerator<RefreshEvent> {
  let told: RefreshEvent["event"] | null = null;
  let phases: readonly RefreshPhase[] = [];
  let attendedMs = clock.monotonicMs();

  for (; ; await clock.sleep(LOOK_EVERY_MS)) {
    const record = await look(records, jobId);
    const forMs = clock.monotonicMs() - attendedMs;
    if (record instanceof QueueError) {
      if (forMs >= UNATTENDED_MS) {
        throw record;
      }
      if (told !== "unreachable") {
        yield { event: "unreachable", error: record };
      }
      told = "unreachable";
      continue;
    }
    if (record === null) {
      return yield { event: "gone" };
    }
    if (record.state === "active") {
      attendedMs = clock.monotonicMs();
    }
    if (record.state === "active" || record.state === "waiting") {
      if (told !== record.state) {
        yield { event: record.state };
      }
      told = record.state;
    }
    if (!continues(record.phases, phases)) {
      phases = [];
    }
    for (const phase of record.phases.slice(phases.length)) {
      yield { event: "phase", ...phase };
    }
    phases = record.phases;

    if (record.state === "done") {
      return yield { event: "done", report: record.report };
    }
    if (record.state === "failed") {
      return yield { event: "failed", failure: record.failure ?? "unknown" };
    }
    if (record.state === "waiting" && forMs >= UNATTENDED_MS) {
      return yield { event: "unattended", forMs };
    }
  }
}

async function look(records: RefreshRecords, jobId: string): Promise<RefreshRecord | null | QueueError> {
  try {
    return await records.find(jobId);
  } catch (error) {
    if (error instanceof QueueError && error.retryable) {
      return error;
    }
    throw error;
  }
}

/** Whether these are phases of the same run: another worker that does it again begins anew. */
function continues(now: readonly RefreshPhase[], before: readonly RefreshPhase[]): boolean {
  return before.every((phase, index) => phase.phase === now[index]?.phase && phase.atMs === now[index]?.atMs);
}
