import { constants } from "node:os";
import { afterLogCall } from "./after-log-call.ts";
import type { Clock } from "./clock.ts";
import type { RuntimeDurations } from "./durations.ts";
import { PulseboardError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { withTimeout } from "./with-timeout.ts";

/** Ends one part of the program within `graceMs`. */
export type ShutdownCallback = (graceMs: number) => Promise<void> | void;

export interface Shutdown {
  /** Aborted when the shutdown begins, with an error "shutting_down": loops and requests end with it. */
  readonly signal: AbortSignal;
  /** Parts end in the reverse order in which they were added, since later ones build on earlier ones. */
  add(name: string, callback: ShutdownCallback): void;
  /** Ends everything, then the process; the same promise however often it is called. Code 1 if some part did not end. */
  run(reason: string, exitCode?: number): Promise<void>;
}

export interface ShutdownOptions {
  readonly log: Logger;
  /** The process ends within this time, even if a callback hangs, ms. */
  readonly graceMs: number;
  /** `process.exit`. */
  readonly exit: (code: number) => void;
  /** `threadCalls`: what the end of a process waits for, up to the grace. */
  readonly threadCalls: () => readonly string[];
  readonly clock: Clock;
  readonly durations: RuntimeDurations;
}

const THREAD_CALLS_POLL_MS = 10;

/** The share of the grace that a hanging callback must leave to each one after it. */
const RESERVED_SHARE = 0.05;

/**
 * From now on, ends the process in order on SIGINT and SIGTERM. A second signal that comes later than
 * `durations.repeatedSignalMs` after the first ends it at once with 128 + its number.
 */
export function createShutdown(options: ShutdownOptions): Shutdown {
  const { log, exit, threadCalls, graceMs, clock, durations } = options;
  const controller = new AbortController();
  const parts: { readonly name: string; readonly callback: ShutdownCallback }[] = [];
  let running: Promise<void> | null = null;
  let firstSignalMs: number | null = null;

  const onSignal = (name: NodeJS.Signals): void => {
    const nowMs = clock.monotonicMs();
    if (firstSignalMs === null) {
      firstSignalMs = nowMs;
      void run(name);
    } else if (nowMs - firstSignalMs > durations.repeatedSignalMs) {
      log.warn({ signal: name }, "Second signal, ending at once");
      afterLogCall(log, () => exit(128 + constants.signals[name]));
    }
  };

  const run = (reason: string, exitCode = 0): Promise<void> => {
    running ??= endAll(reason, exitCode);
    return running;
  };

  const endAll = async (reason: string, exitCode: number): Promise<void> => {
    const startMs = clock.monotonicMs();
    log.info({ reason }, "Shutting down");
    controller.abort(new PulseboardError(`Shutting down: ${reason}`, { code: "shutting_down", retryable: false }));
    let complete = true;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const leftMs = graceMs - (clock.monotonicMs() - startMs);
      const deadlineMs = Math.max(0, leftMs - graceMs * RESERVED_SHARE * (parts.length + 1));
      complete = (await endOne(part.name, part.callback, deadlineMs)) && complete;
    }
    complete = (await threadCallsEnd(startMs + graceMs)) && complete;
    log.info({ tookMs: Math.round(clock.monotonicMs() - startMs) }, complete ? "Ended" : "Ended, not all in order");
    afterLogCall(log, () => {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
      exit(complete ? exitCode : exitCode || 1);
    });
  };

  /** A file that is being written is finished: its disk may be slow, but not hang. */
  const threadCallsEnd = async (untilMs: number): Promise<boolean> => {
    while (threadCalls().length > 0) {
      if (clock.monotonicMs() >= untilMs) {
        return false;
      }
      await clock.sleep(THREAD_CALLS_POLL_MS);
    }
    return true;
  };

  const endOne = async (name: string, callback: ShutdownCallback, deadlineMs: number): Promise<boolean> => {
    const ended = Promise.resolve().then(() => callback(deadlineMs));
    const logFailure = (err: unknown): boolean => {
      log.warn({ part: name, err }, "Failed to end");
      return false;
    };
    const onTimeout = (): boolean => {
      log.warn({ part: name, deadlineMs: Math.round(deadlineMs) }, "Did not end in time");
      return false;
    };
    return withTimeout(() => ended.then(() => true, logFailure), { clock, ms: deadlineMs, onTimeout });
  };

  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return { signal: controller.signal, add: (name, callback) => void parts.push({ name, callback }), run };
}
