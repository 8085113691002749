import type { Timeline, Violation } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";
import type { LogLine, Observations } from "./observations.mts";
import { since } from "./spans.mts";
import { violationsOf } from "./violations.mts";

const BEGINS = "A refresh begins";
const ENDS = "A refresh has ended";

/** The log is looked at every 100 ms: the same moment in two processes may look that much apart. */
const SEEN_WITHIN_MS = 250;
/** A worker that was stopped learns at its next renewal of the lock that its run was given to another one. */
const LEARNS_WITHIN_MS = FAULT_DURATIONS.refresh.lockMs;

interface Run {
  readonly pid: number;
  readonly fromMs: number;
  toMs: number;
}

/**
 * I7: never two refreshes at a time. Within a process its own count says so exactly: `underWay` in the line with which a refresh begins
 * counts what really runs, also a run that was given up and still works. Of two processes, the times between these lines must not overlap; a
 * run without its last line lasts as long as its process says anything. Of a worker that was stopped (SIGSTOP) the overlap until it
 * can know that it has lost its run is left out: what it does then ends at the stores, which compare.
 */
export function judgeRuns({ lines }: Observations, timeline: Timeline): readonly Violation[] {
  const ofWorker = lines.filter(({ process }) => process === "worker");
  const originMs = lines[0]?.atMs ?? 0;
  const within = ofWorker
    .filter(({ msg, fields }) => msg === BEGINS && Number(fields.underWay) > 1)
    .map(
      ({ atMs, pid, fields }) =>
        `${fields.underWay} refreshes at a time in process ${pid}, ${since(originMs, atMs)} after the first line`,
    );
  return violationsOf("I7", [...within, ...between(runsOf(ofWorker), timeline, originMs)]);
}

/** "I7: 14 refreshes". */
export function describeRuns({ lines }: Observations): string {
  return `I7: ${runsOf(lines).length} refreshes, one at a time`;
}

function runsOf(lines: readonly LogLine[]): readonly Run[] {
  const runs: Run[] = [];
  const open = new Map<number, Run>();
  for (const { pid, msg, atMs } of lines) {
    const current = open.get(pid);
    if (msg === BEGINS) {
      const run = { pid, fromMs: atMs, toMs: atMs };
      open.set(pid, run);
      runs.push(run);
    } else if (current !== undefined) {
      current.toMs = atMs;
    }
    if (msg === ENDS) {
      open.delete(pid);
    }
  }
  return runs;
}

function* between(runs: readonly Run[], { faults }: Timeline, originMs: number): Generator<string> {
  for (const run of runs) {
    const stopped = faults.find(
      ({ fault, beganMs, endedMs }) =>
        fault.occupies.includes("process:worker") &&
        beganMs < run.toMs &&
        (endedMs ?? Number.POSITIVE_INFINITY) > run.fromMs,
    );
    const knowsMs = (stopped?.endedMs ?? Number.NEGATIVE_INFINITY) + LEARNS_WITHIN_MS;
    for (const other of runs) {
      const fromMs = Math.max(run.fromMs, other.fromMs, knowsMs);
      const overlapMs = Math.min(run.toMs, other.toMs) - fromMs;
      if (run.pid < other.pid && overlapMs > SEEN_WITHIN_MS) {
        yield `processes ${run.pid} and ${other.pid} refresh at a time for ${Math.round(overlapMs)} ms, ${since(originMs, fromMs)} after the first line`;
      }
    }
  }
}
