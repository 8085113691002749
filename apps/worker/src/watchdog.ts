import { setImmediate as afterInput } from "node:timers/promises";
import { type Clock, type Logger, PulseboardError, sleepUnlessAborted } from "@pulseboard/runtime";
import type { WorkerDurations } from "./durations.ts";
import type { RefreshRun } from "./run-watch.ts";

/**
 * Notices a worker whose refreshes no longer come to their end, well or badly, whatever the reason, and has it ended so that it is
 * started again. An exchange that is away, banned or blocked is none: attempts at it fail, and so come to their end.
 */
export interface Watchdog {
  /** Runs one attempt at a refresh. While one lasts, only its end counts, and those of its symbols. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /** Counts the ends of an attempt's symbols too: a slow attempt has many of them, and one that hangs has no more. */
  counting(begins: RefreshRun["begins"]): RefreshRun["begins"];
  /** To be called when the queue has answered a request. Without an attempt of this worker, another one may be at it. */
  requestEnded(): void;
  close(): void;
}

export interface WatchdogOptions {
  /** The schedule's period, ms. */
  readonly periodMs: number;
  readonly durations: Pick<WorkerDurations, "hangLineLeastMs" | "hangEndLeastMs">;
  /** What the worker is at. */
  readonly where: () => string;
  /** Called once when the worker hangs, with the error that was logged. */
  readonly onHang: (error: PulseboardError) => void;
  /** Ends the process with an error. */
  readonly end: (reason: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const LINE_AFTER_PERIODS = 3;
const END_AFTER_PERIODS = 5;
/** In the time before the line. A process that was stopped for an hour misses one of them at most, and does not hang. */
const LOOKS = 12;

/** Starts to look, by a timer that nothing else uses. */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const { periodMs, durations, where, onHang, end, clock, log } = options;
  const lineAfterMs = Math.max(LINE_AFTER_PERIODS * periodMs, durations.hangLineLeastMs);
  const endAfterMs = Math.max(END_AFTER_PERIODS * periodMs, durations.hangEndLeastMs);
  const lookMs = lineAfterMs / LOOKS;
  const closing = new AbortController();
  let attempts = 0;
  /** Counts whatever has come to its end. */
  let ended = 0;

  const watch = async (): Promise<void> => {
    let seen = ended;
    let isSaid = false;
    for (let quietMs = 0; quietMs < endAfterMs; ) {
      if (!(await sleepUnlessAborted(clock, lookMs, closing.signal))) {
        return;
      }
      // What lies in the sockets already has come to its end.
      await afterInput();
      quietMs = ended === seen ? quietMs + lookMs : 0;
      seen = ended;
      if (quietMs < lineAfterMs) {
        isSaid = false;
      } else if (!isSaid) {
        isSaid = true;
        const err = hang(where(), { quietMs, endAfterMs });
        log.error({ err }, "The worker hangs");
        onHang(err);
      }
    }
    end(`no refresh has come to its end for ${inSeconds(endAfterMs)}`);
  };
  void watch();

  return {
    attempt: async (work) => {
      attempts += 1;
      try {
        return await work();
      } finally {
        attempts -= 1;
        ended += 1;
      }
    },
    counting: (begins) => (what) => {
      const end = begins(what);
      return () => {
        end();
        ended += 1;
      };
    },
    requestEnded: () => {
      if (attempts === 0) {
        ended += 1;
      }
    },
    close: () => closing.abort(),
  };
}

function hang(where: string, times: { readonly quietMs: number; readonly endAfterMs: number }): PulseboardError {
  return new PulseboardError(`No refresh has come to its end for ${inSeconds(times.quietMs)}: ${where}`, {
    code: "worker_hangs",
    retryable: true,
    hint: `After ${inSeconds(times.endAfterMs)} the worker ends, and PM2 starts it again. Report it with the log.`,
  });
}

function inSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
