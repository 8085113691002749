/** Who asked for a refresh. Operators go before all others. */
export type RefreshTrigger = "start" | "schedule" | "stale" | "operator";

export type EnqueueOutcome =
  /** A new run will happen because of this. */
  | { readonly outcome: "accepted"; readonly jobId: string }
  /** A run that is waiting, or running right now, serves this request too. */
  | { readonly outcome: "joined"; readonly jobId: string; readonly state: "waiting" | "active" };

export interface RefreshJob {
  readonly id: string;
  readonly trigger: RefreshTrigger;
  /** Aborted when the queue closes and the run should come to an end. */
  readonly signal: AbortSignal;
}

/** Adds refreshes: many requests become one run. Throws a QueueError when the queue cannot be reached. */
export interface RefreshQueue {
  enqueue(trigger: RefreshTrigger): Promise<EnqueueOutcome>;
  close(): Promise<void>;
}

/**
 * Runs what was added, one at a time over all processes. A handler that throws ends that run only.
 * `close` is over within `graceMs`: it starts no further run and waits for the one at hand; half a second before the end
 * (at once, if the grace is shorter) it aborts that run's signal, and a run that ignores it is logged and left behind.
 */
export interface RefreshConsumer {
  close(graceMs: number): Promise<void>;
}

export type RefreshHandler = (job: RefreshJob) => Promise<void>;
