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
  /** Aborted when the queue closes and the run should come to an end, or when the run was given to another worker. */
  readonly signal: AbortSignal;
  /** Tells whoever watches what the run does now: "collecting", "publishing". Never fails and costs no waiting. */
  progress(phase: string): void;
}

/** What a run may tell of itself when it is over. Plain JSON. */
export interface RefreshReport {
  /** Of the documents that it published. */
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
  /** One line for a person: what came, or why nothing did. */
  readonly detail: string;
}

export interface RefreshPhase {
  readonly phase: string;
  /** Unix ms, by the clock of the worker. */
  readonly atMs: number;
}

/** What is known of one job. */
export interface RefreshRecord {
  readonly jobId: string;
  /** Who asked for it first. */
  readonly trigger: RefreshTrigger;
  /** "waiting" also when the worker that had it is gone and no other has taken it over yet. */
  readonly state: "waiting" | "active" | "done" | "failed";
  /** Of the run at hand, or the last one, in order. */
  readonly phases: readonly RefreshPhase[];
  /** Null: not done yet, or its handler told nothing. */
  readonly report: RefreshReport | null;
  /** Why it failed; null in every other state. */
  readonly failure: string | null;
}

/** Runs by what they are at. */
export interface QueueDepth {
  readonly waiting: number;
  /** Also one whose worker is gone and that no other has taken over yet. */
  readonly active: number;
  /** To be run at a later time, which only a board can ask for. */
  readonly delayed: number;
  /** Of those that are still remembered. */
  readonly failed: number;
}

/** Adds refreshes: many requests become one run. Throws a QueueError when the queue cannot be reached. */
export interface RefreshQueue {
  enqueue(trigger: RefreshTrigger): Promise<EnqueueOutcome>;
  depth(): Promise<QueueDepth>;
  close(): Promise<void>;
}

/** Knows the runs that wait, the one at hand and the last ones that ended. */
export interface RefreshRecords {
  /** Null: no such job, or forgotten. Throws a QueueError when the queue cannot be reached. */
  find(jobId: string): Promise<RefreshRecord | null>;
}

/**
 * Runs what was added, one at a time over all processes. A handler that throws ends that run only.
 * `close` is over within `graceMs`: it starts no further run and waits for the one at hand; half a second before the end
 * (at once, if the grace is shorter) it aborts that run's signal, and a run that ignores it is logged and left behind.
 */
export interface RefreshConsumer {
  close(graceMs: number): Promise<void>;
}

/** Does one refresh; what it returns, if anything, is shown to whoever watches. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is a handler too.
export type RefreshHandler = (job: RefreshJob) => Promise<RefreshReport | void>;
