import { type Clock, type Logger, PulseboardError, sleepUnlessAborted } from "@pulseboard/runtime";
import { createTask, type ScheduledTask, validateDetailed } from "node-cron";

export interface ScheduleOptions {
  /** Six fields, seconds first. */
  readonly cron: string;
  readonly onTick: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Schedule {
  /** The longest time between two ticks, ms. */
  readonly periodMs: number;
  stop(): Promise<void>;
}

const SHORTEST_PERIOD_MS = 5_000;
const LONGEST_PERIOD_MS = 3_600_000;

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
 * @throws ScheduleError when the expression is invalid, or ticks more often than every 5 s or less often than hourly
 */
export function schedulePeriodMs(cron: string): number {
  const { valid, errors } = validateDetailed(cron);
  if (!valid) {
    throw new ScheduleError(cron, errors.map((error) => `${error.field}: ${error.message}`).join("; "));
  }
  // node-cron takes "*/90" for valid and silently ticks at 0 only.
  const step = /\/(\d+)/.exec(cron);
  if (step !== null && Number(step[1]) > 59) {
    throw new ScheduleError(cron, `a step of ${step[1]} is longer than its field`);
  }
  const task = createTask(cron, () => undefined);
  const runs = task.getNextRuns(64).map((date) => date.getTime());
  void task.destroy();
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  const periodMs = Math.max(...gaps);
  if (Math.min(...gaps) < SHORTEST_PERIOD_MS || periodMs > LONGEST_PERIOD_MS) {
    throw new ScheduleError(cron, "ticks must be between 5 s and 1 h apart");
  }
  return periodMs;
}

/**
 * Calls `onTick` by the cron expression until stopped.
 *
 * node-cron waits for the wall clock: set back by an hour, it would be silent for an hour. A watchdog on the monotonic
 * clock notices the silence and starts the task anew.
 */
export function startSchedule({ cron, onTick, clock, log }: ScheduleOptions): Schedule {
  const periodMs = schedulePeriodMs(cron);
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
      if (silentMs > 2 * periodMs) {
        log.warn({ silentMs: Math.round(silentMs) }, "the schedule was silent (was the clock set?): started anew");
        await task.destroy();
        lastTickMs = clock.monotonicMs();
        task = begin();
        onTick();
      }
    }
  };
  const watching = watch();

  return {
    periodMs,
    stop: async () => {
      stopped.abort();
      await task.destroy();
      await watching;
    },
  };
}

/** node-cron prints coloured lines of its own; what matters of them goes to our log instead. */
function quietCronLogger(log: Logger) {
  const text = (message: string | Error): string => (message instanceof Error ? message.message : message);
  return {
    info: (message: string) => log.debug(message),
    warn: (message: string) => log.debug(message),
    error: (message: string | Error) => log.error(text(message)),
    debug: (message: string | Error) => log.debug(text(message)),
  };
}
