import type { Job, JobState, JobsOptions } from "bullmq";
import type { RefreshPhase, RefreshRecord, RefreshReport, RefreshTrigger } from "./refresh-queue.ts";

export const QUEUE_NAME = "refresh";
/** Precedes the name in every key, itself behind the installation's prefix: `pulseboard:refresh:meta`. */
export const QUEUE_PREFIX = "pulseboard";
/** Length of the stream that boards read; about 10 events for each run and one for each request that joined. */
export const MAX_EVENTS = 1000;

/** The data of one job in Redis. */
export interface RefreshJobData {
  readonly trigger: RefreshTrigger;
  /** Identifies the request that became this job: BullMQ's add() does not show whether it made a job or found one. */
  readonly nonce: string;
  /** The sequence that the asking server serves; 0 without one. */
  readonly servedSequence?: number;
}

/** The data come from Redis, where boards and other versions write too: everything but the id must be checked. */
export type RefreshBullJob = Job<Partial<RefreshJobData>, unknown>;

// For BullMQ 1 is the most urgent; 0 would be none at all.
const PRIORITIES: Readonly<Record<RefreshTrigger, number>> = { operator: 1, stale: 2, start: 3, schedule: 3 };

export function priorityOf(trigger: RefreshTrigger): number {
  return PRIORITIES[trigger];
}

/** Every request has the same deduplication id, so that all become one run; it is free again when that run is over. */
export function jobOptions(trigger: RefreshTrigger): JobsOptions {
  return {
    deduplication: { id: QUEUE_NAME },
    priority: priorityOf(trigger),
    // By number alone: an age would be told by the wall clock, and one that jumps ahead would take all of them.
    removeOnComplete: { count: 50 },
    removeOnFail: { count: 50 },
    stackTraceLimit: 1,
  };
}

/** A job that was not added by us, but in a board, is an operator's. */
export function triggerOf({ data }: RefreshBullJob): RefreshTrigger {
  return data.trigger !== undefined && Object.hasOwn(PRIORITIES, data.trigger) ? data.trigger : "operator";
}

/** Anything but a whole number counts as none: others write here too. Whoever publishes decides how high one may be. */
export function servedSequenceOf({ data: { servedSequence } }: RefreshBullJob): number {
  return servedSequence !== undefined && Number.isSafeInteger(servedSequence) ? Math.max(0, servedSequence) : 0;
}

/** @param locked whether a worker holds the job's lock: a job that is active without one has lost its worker */
export function stateOf(bullState: JobState | "unknown", locked: boolean): RefreshRecord["state"] | null {
  if (bullState === "completed") {
    return "done";
  }
  if (bullState === "failed") {
    return "failed";
  }
  if (bullState === "unknown") {
    return null;
  }
  return bullState === "active" && locked ? "active" : "waiting";
}

export function recordOf(job: RefreshBullJob, jobId: string, state: RefreshRecord["state"]): RefreshRecord {
  return {
    jobId,
    trigger: triggerOf(job),
    state,
    phases: phasesOf(job.progress),
    report: state === "done" && isReport(job.returnvalue) ? job.returnvalue : null,
    failure: state === "failed" ? job.failedReason : null,
  };
}

/** All phases of the run so far, so that a reader who polls misses none. */
export interface RefreshProgress {
  readonly phases: readonly RefreshPhase[];
}

export function phasesOf(progress: unknown): readonly RefreshPhase[] {
  const { phases } = { phases: undefined, ...Object(progress) };
  return Array.isArray(phases) ? phases.filter(isPhase) : [];
}

function isPhase(value: unknown): value is RefreshPhase {
  const { phase, atMs } = Object(value);
  return typeof phase === "string" && typeof atMs === "number";
}

function isReport(value: unknown): value is RefreshReport {
  const report = Object(value);
  const numbers = [report.sequence, report.scored, report.expected, report.tookMs];
  return numbers.every(Number.isFinite) && Array.isArray(report.sources) && report.sources.every(isSource);
}

function isSource(value: unknown): boolean {
  const { name, ok, detail } = Object(value);
  return typeof name === "string" && typeof ok === "boolean" && typeof detail === "string";
}
