/** The origin of a request for a refresh. Operators go before all others. */
export type RefreshTrigger = "start" | "schedule" | "stale" | "operator";

export type EnqueueOutcome =
  /** A new run will happen because of this. */
  | { readonly outcome: "accepted"; readonly jobId: string }
  /** A run that is waiting or running serves this request too. */
  | { readonly outcome: "joined"; readonly jobId: string; readonly state: "waiting" | "active" };

export interface RefreshJob {
  readonly id: string;
  readonly trigger: RefreshTrigger;
  /** The highest sequence that a server said it serves when it asked for this run; 0 when none did. The run publishes above it. */
  readonly servedSequence: number;
  /** Aborted when the queue closes and the run should end, or when the run was given to another worker. */
  readonly signal: AbortSignal;
  /** Reports the present phase, "collecting" or "publishing", to those who follow the run. Never fails and never waits. */
  progress(phase: string): void;
}

/** The report of a finished run. Plain JSON. */
export interface RefreshReport {
  /** The sequence of the documents that it published. */
  readonly sequence: number;
  /** Symbols scored, of `expected`. */
  readonly scored: number;
  readonly expected: number;
  readonly tookMs: number;
  readonly sources: readonly RefreshSourceReport[];
}

export interface RefreshSourceReport {
  readonly name: string;
  readonly ok: boolean;
  /** One line for a person: the amount of data, or the reason why there is none. */
  readonly detail: string;
}

export interface RefreshPhase {
  readonly phase: string;
  /** Unix ms, by the clock of the worker. */
  readonly atMs: number;
}

/** One job, as far as it is known. */
export interface RefreshRecord {
  readonly jobId: string;
  /** The first request for it. */
  readonly trigger: RefreshTrigger;
  /** A job whose worker is gone and that no other has taken over yet is "waiting". */
  readonly state: "waiting" | "active" | "done" | "failed";
  /** The phases of the current run, or of the last one, in order. */
  readonly phases: readonly RefreshPhase[];
  /** Null: not done yet, or its handler reported nothing. */
  readonly report: RefreshReport | null;
  /** Why it failed; null in every other state. */
  readonly failure: string | null;
}

/** The number of runs in each state. */
export interface QueueDepth {
  readonly waiting: number;
  /** Includes one whose worker is gone and that no other has taken over yet. */
  readonly active: number;
  /** Runs for a later time, which only a board can ask for. */
  readonly delayed: number;
  /** Failed ones that are still remembered. */
  readonly failed: number;
}

/** The right to refresh without a job, held by one process at a time: for when the queue takes jobs and runs none. */
export interface RefreshTurn {
  /** Takes or keeps it for so long; resolves with false while another process has it. Throws a QueueError. */
  take(forMs: number): Promise<boolean>;
  /** Tells whether another process has it. Throws a QueueError. */
  isTaken(): Promise<boolean>;
  /** Gives it back, if this process has it. Throws a QueueError. */
  leave(): Promise<void>;
}

/** Adds refreshes: many requests become one run. Throws a QueueError when the queue cannot be reached. */
export interface RefreshQueue {
  /**
   * @param servedSequence the sequence that the asking server serves. The stores may have lost it since; what is published below it
   * would never reach the server's clients.
   */
  enqueue(trigger: RefreshTrigger, servedSequence?: number): Promise<EnqueueOutcome>;
  /**
   * The highest sequence that was given for a run that is still to come, 0 without one; the queue may count the current run too. It
   * stays there for that run. For one that goes on without the queue. Throws a QueueError when the queue cannot be reached.
   */
  servedSequence(): Promise<number>;
  depth(): Promise<QueueDepth>;
  /** Left out where no other process can have the same queue. */
  readonly turn?: RefreshTurn;
  close(): Promise<void>;
}

/** The runs that wait, the current one and the last ones that ended. */
export interface RefreshRecords {
  /** Null: no such job, or forgotten. Throws a QueueError when the queue cannot be reached. */
  find(jobId: string): Promise<RefreshRecord | null>;
  /** Tells whether somebody has paused the queue, so that nothing runs. Throws a QueueError when the queue cannot be reached. */
  isPaused(): Promise<boolean>;
}

/**
 * Runs the jobs, one at a time over all processes. A handler that throws ends that run only.
 * `close` is over within `graceMs`: it starts no further run and waits for the current one; half a second before the end
 * (at once, if the grace is shorter) it aborts that run's signal, and a run that ignores it is logged and left behind.
 */
export interface RefreshConsumer {
  close(graceMs: number): Promise<void>;
}

/** Does one refresh; its result, if any, is shown to those who follow the run. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is a handler too.
export type RefreshHandler = (job: RefreshJob) => Promise<RefreshReport | void>;
