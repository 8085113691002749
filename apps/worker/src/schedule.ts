import { type Clock, type Logger, PulseboardError, sleepUnlessAborted } from "@pulseboard/runtime";
import { createTask, type ScheduledTask, validateDetailed } from "node-cron";
import type { WorkerDurations } from "./durations.ts";

export interface ScheduleOptions {
  /** Six fields, seconds first. */
  readonly cron: string;
  /** The longest time between two of its ticks, ms (`schedulePeriodMs`). */
  readonly periodMs: number;
  readonly onTick: () => void;
  readonly durations: Pick<WorkerDurations, "silentAfterPeriods">;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Schedule {
  stop(): Promise<void>;
}

class ScheduleError extends PulseboardError {
  constructor(cron: string, problem: string) {
    super(`REFRESH_CRON "${cron}": ${problem}`, {
      code: "bad_schedule",
      retryable: false,
      hint: 'Six fields, seconds first: "5,35 * * * * *" refreshes twice a minute.',
    });
  }
}

/**
 * The longest gap between the ticks of a cron expression, ms.
 * @throws ScheduleError when the expression is invalid, or its ticks are closer together or farther apart than allowed
 */
export function schedulePeriodMs(
  cron: string,
  { leastPeriodMs, longestPeriodMs }: Pick<WorkerDurations, "leastPeriodMs" | "longestPeriodMs">,
): number {
  const { valid, errors } = validateDetailed(cron);
  if (!valid) {
    throw new ScheduleError(cron, errors.map((error) => `${error.field}: ${error.message}`).join("; "));
  }
  // node-cron accepts "*/90" and then ticks at 0 only.
  const step = /\/(\d+)/.exec(cron);
  if (step !== null && Number(step[1]) > 59) {
    throw new ScheduleError(cron, `a step of ${step[1]} is longer than its field`);
  }
  const task = createTask(cron, () => undefined);
  const runs = task.getNextRuns(64).map((date) => date.getTime());
  void task.destroy();
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  const periodMs = Math.max(...gaps);
  if (Math.min(...gaps) < leastPeriodMs || periodMs > longestPeriodMs) {
    throw new ScheduleError(
      cron,
      `ticks must be between ${inWords(leastPeriodMs)} and ${inWords(longestPeriodMs)} apart`,
    );
  }
  return periodMs;
}

/** "5 s", "1 h". */
function inWords(ms: number): string {
  return ms < 3_600_000 ? `${ms / 1000} s` : `${ms / 3_600_000} h`;
}

/**
 * Calls `onTick` by the cron expression until stopped.
 *
 * node-cron waits for the wall clock: when that is set back by an hour, it is silent for an hour. A watchdog on the
 * monotonic clock notices the silence and restarts the task.
 */
export function startSchedule({ cron, periodMs, onTick, durations, clock, log }: ScheduleOptions): Schedule {
  const stopped = new AbortController();
  let lastTickMs = clock.monotonicMs();

  const begin = (): ScheduledTask => {
    const task = createTask(
      cron,
      () => {
        lastTickMs = clock.monotonicMs();
        onTick();
      },
      { name: "refresh", suppressMissedWarning: true, logger: quietCronLogger(log) },
    );
    void task.start();
    return task;
  };
  let task = begin();

  const watch = async (): Promise<void> => {
    while (await sleepUnlessAborted(clock, periodMs, stopped.signal)) {
      const silentMs = clock.monotonicMs() - lastTickMs;
      if (silentMs > durations.silentAfterPeriods * periodMs) {
        log.warn({ silentMs: Math.round(silentMs) }, "The schedule was silent (was the clock set?) and is restarted");
        await task.destroy();
        lastTickMs = clock.monotonicMs();
        task = begin();
        onTick();
      }
    }
  };
  const watching = watch();

  return {
    stop: async () => {
      stopped.abort();
      await task.destroy();
      await watching;
    },
  };
}

/** Sends node-cron's messages to our log; by itself it prints coloured lines. */
function quietCronLogger(log: Logger) {
  const text = (message: string | Error): string => (message instanceof Error ? message.message : message);
  return {
    info: (message: string) => log.debug(message),
    warn: (message: string) => log.debug(message),
    error: (message: string | Error) => log.error(text(message)),
    debug: (message: string | Error) => log.debug(text(message)),
  };
}
