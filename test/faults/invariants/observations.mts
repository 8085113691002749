export const MOBILE_PATH = "/api/dashboard/mobile-data";
export const READY_PATH = "/readyz";

/** All times here are the harness's `performance.now()`, ms. */

/** One request of the polling client, and how it went. */
export interface Answer {
  readonly path: string;
  readonly sentMs: number;
  readonly endMs: number;
  /** 0 when there was none. */
  readonly status: number;
  /** Why it is no whole answer; null if it is one. */
  readonly error: string | null;
  readonly etag: string | null;
  /** X-Snapshot-Sequence. */
  readonly sequence: number | null;
  /** X-Snapshot-Age. */
  readonly ageS: number | null;
  /** The body's text; that of a 304 is the one which had its tag, null if that was never seen. */
  readonly text: string | null;
}

/** How long a request to the bare server took. */
export interface BareAnswer {
  readonly sentMs: number;
  readonly endMs: number;
}

/** A line of the log of worker or server. */
export interface LogLine {
  /** When it was seen. */
  readonly atMs: number;
  readonly process: "worker" | "server";
  readonly pid: number;
  readonly level: string;
  readonly msg: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** From this moment on, the clock of worker and server was so far from the true one. */
export interface ClockOffset {
  readonly atMs: number;
  readonly offsetMs: number;
}

/** A process was seen with this id for the first time. */
export interface SeenProcess {
  readonly atMs: number;
  readonly process: "worker" | "server";
  readonly pid: number;
}

/** The processor time that the worker's main thread has had so far, and the time that it has waited for a processor. */
export interface ProcessorTime {
  readonly atMs: number;
  readonly pid: number;
  readonly hadMs: number;
  readonly waitedMs: number;
}

/** Everything that was seen of a stage, in order of time. Judging needs nothing else but the timeline. */
export interface Observations {
  readonly answers: readonly Answer[];
  readonly bare: readonly BareAnswer[];
  readonly lines: readonly LogLine[];
  readonly clock: readonly ClockOffset[];
  readonly processes: readonly SeenProcess[];
  /** Empty where the system does not tell. */
  readonly processor: readonly ProcessorTime[];
  /** The true wall clock minus `performance.now()`, ms. */
  readonly epochMs: number;
  readonly periodMs: number;
  readonly symbols: number;
}

/** The longest time that the bare server needed for a request which was on its way in this span: the machine's own delay, ms. */
export function machineDelayMs(bare: readonly BareAnswer[], fromMs: number, toMs: number): number {
  let longest = 0;
  for (const { sentMs, endMs } of bare) {
    if (sentMs <= toMs && endMs >= fromMs) {
      longest = Math.max(longest, endMs - sentMs);
    }
  }
  return longest;
}

/**
 * A machine that is slower than this is none on which anything can be timed. Recoveries of 100 seeds in two lanes took at most 0.8 of their
 * bounds, while a worker that mostly sleeps may well have waited longer for a processor than it then had it.
 */
const SLOWEST = 3;

/**
 * How many times longer than on an idle machine the worker needed for its work in this span, because other programs had the processors: 1
 * if it never waited for one. Bounds are multiplied by it.
 */
export function slowness(processor: readonly ProcessorTime[], fromMs: number, toMs: number): number {
  let hadMs = 0;
  let waitedMs = 0;
  for (const [index, { atMs, pid, ...now }] of processor.entries()) {
    const before = processor[index - 1];
    if (atMs > fromMs && (before?.atMs ?? 0) < toMs && before?.pid === pid) {
      hadMs += now.hadMs - before.hadMs;
      waitedMs += now.waitedMs - before.waitedMs;
    }
  }
  return hadMs === 0 ? 1 : Math.min(SLOWEST, (hadMs + waitedMs) / hadMs);
}
