import type { Clock } from "@pulseboard/runtime";
import type { RefreshDurations } from "./durations.ts";
import { QueueError } from "./queue-error.ts";
import type { RefreshPhase, RefreshRecord, RefreshRecords, RefreshReport } from "./refresh-queue.ts";

/** One step of a job, reported as it happens. The last four are final. */
export type RefreshEvent =
  /** No worker has it: not yet, or no longer, as its worker is gone or has requeued it. */
  | { readonly event: "waiting" }
  | { readonly event: "active" }
  | ({ readonly event: "phase" } & RefreshPhase)
  /** The queue cannot be reached at the moment. */
  | { readonly event: "unreachable"; readonly error: QueueError }
  | { readonly event: "done"; readonly report: RefreshReport | null }
  | { readonly event: "failed"; readonly failure: string }
  /** The queue knows no such job, or has forgotten it. */
  | { readonly event: "gone" }
  /** No worker has taken it for `forMs`: the queue is paused, none is running, or Redis lets it run nothing. It keeps waiting. */
  | { readonly event: "unattended"; readonly forMs: number; readonly paused: boolean };

export interface WatchRefreshOptions {
  readonly records: RefreshRecords;
  readonly clock: Clock;
  readonly durations: RefreshDurations;
}

/**
 * Follows one job to its end, or until it counts as unattended. It polls rather than listens: a record has all phases so
 * far, so that a watcher who comes late misses nothing, and Redis may come and go. BullMQ's events would miss what
 * happened before the first read.
 *
 * @throws QueueError when the queue could not be reached for `durations.unattendedMs`
 */
export async function* watchRefresh(
  { records, clock, durations }: WatchRefreshOptions,
  jobId: string,
): AsyncGenerator<RefreshEvent> {
  let reported: RefreshEvent["event"] | null = null;
  let phases: readonly RefreshPhase[] = [];
  let attendedMs = clock.monotonicMs();

  for (; ; await clock.sleep(durations.followPollMs)) {
    const record = await find(records, jobId);
    const forMs = clock.monotonicMs() - attendedMs;
    if (record instanceof QueueError) {
      if (forMs >= durations.unattendedMs) {
        throw record;
      }
      if (reported !== "unreachable") {
        yield { event: "unreachable", error: record };
      }
      reported = "unreachable";
      continue;
    }
    if (record === null) {
      return yield { event: "gone" };
    }
    if (record.state === "active") {
      attendedMs = clock.monotonicMs();
    }
    if (record.state === "active" || record.state === "waiting") {
      if (reported !== record.state) {
        yield { event: record.state };
      }
      reported = record.state;
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
    if (record.state === "waiting" && forMs >= durations.unattendedMs) {
      const paused = await isPaused(records);
      return yield { event: "unattended", forMs, paused };
    }
  }
}

async function find(records: RefreshRecords, jobId: string): Promise<RefreshRecord | null | QueueError> {
  try {
    return await records.find(jobId);
  } catch (error) {
    if (error instanceof QueueError && error.retryable) {
      return error;
    }
    throw error;
  }
}

/** Where it cannot be told, the other reasons are as likely. */
async function isPaused(records: RefreshRecords): Promise<boolean> {
  try {
    return await records.isPaused();
  } catch (error) {
    if (error instanceof QueueError) {
      return false;
    }
    throw error;
  }
}

/** Tells whether these are phases of the same run: another worker that repeats the run starts again. */
function continues(now: readonly RefreshPhase[], before: readonly RefreshPhase[]): boolean {
  return before.every((phase, index) => phase.phase === now[index]?.phase && phase.atMs === now[index]?.atMs);
}
