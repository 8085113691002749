import { constants } from "node:os";
import { type Clock, systemClock } from "./clock.ts";
import { PulseboardError } from "./errors.ts";
import type { Logger } from "./logger.ts";

/** Ends one part of the program; is told how long it may take, in ms. */
export type ShutdownCallback = (graceMs: number) => Promise<void> | void;

export interface Shutdown {
  /** Aborted at the first moment of the shutdown, with an error "shutting_down": loops and requests end by it. */
  readonly signal: AbortSignal;
  /** What was added last ends first, as it builds on what was added before it. */
  add(name: string, callback: ShutdownCallback): void;
  /** Ends everything, then the process; the same promise however often it is called. Code 1 if some part did not end. */
  run(reason: string, exitCode?: number): Promise<void>;
}

export interface ShutdownOptions {
  readonly log: Logger;
  /** Everything is over within this time, even if a callback hangs. */
  readonly graceMs?: number;
  /** `process.exit`. */
  readonly exit: (code: number) => void;
  readonly clock?: Clock;
}

const DEFAULT_GRACE_MS = 5000;
/** A terminal and npm both pass Ctrl-C on, within a millisecond or two: that is one wish, not two. */
const REPEAT_MS = 1000;
/** What a hanging callback must leave to each one after it, as a share of the whole grace. */
const RESERVED_SHARE = 0.05;

/**
 * Orderly end of a process on SIGINT and SIGTERM. The signal is listened for from now on; a second one, later than a
 * second after the first, ends the process at once with 128 + its number.
 */
export function createShutdown(options: ShutdownOptions): Shutdown {
  const { log, exit, graceMs = DEFAULT_GRACE_MS, clock = systemClock } = options;
  const controller = new AbortController();
  const parts: { readonly name: string; readonly callback: ShutdownCallback }[] = [];
  let running: Promise<void> | null = null;
  let firstSignalMs: number | null = null;

  const onSignal = (name: NodeJS.Signals): void => {
    const nowMs = clock.monotonicMs();
    if (firstSignalMs === null) {
      firstSignalMs = nowMs;
      void run(name);
    } else if (nowMs - firstSignalMs > REPEAT_MS) {
      log.warn({ signal: name }, "Second signal, ending at once");
      exit(128 + constants.signals[name]);
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
      complete = (await endPart(part.name, part.callback, deadlineMs)) && complete;
    }
    log.info({ tookMs: Math.round(clock.monotonicMs() - startMs) }, complete ? "Ended" : "Ended, not all in order");
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    exit(complete ? exitCode : exitCode || 1);
  };

  const endPart = async (name: string, callback: ShutdownCallback, deadlineMs: number): Promise<boolean> => {
    const timer = new AbortController();
    const ended = Promise.resolve()
      .then(() => callback(deadlineMs))
      .then(() => "ended" as const);
    const late = clock.sleep(deadlineMs, timer.signal).then(
      () => "late" as const,
      () => "ended" as const,
    );
    try {
      if ((await Promise.race([ended, late])) === "ended") {
        return true;
      }
      log.warn({ part: name, deadlineMs: Math.round(deadlineMs) }, "Did not end in time");
      ended.catch((err: unknown) => log.warn({ part: name, err }, "Failed to end"));
    } catch (err) {
      log.warn({ part: name, err }, "Failed to end");
    } finally {
      timer.abort();
    }
    return false;
  };

  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return { signal: controller.signal, add: (name, callback) => void parts.push({ name, callback }), run };
}
