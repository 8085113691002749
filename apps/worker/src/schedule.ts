import { type Clock, PulseboardError, sleepUnlessAborted } from "@pulseboard/runtime";
import { ticksOfDay } from "./cron-fields.ts";
import type { WorkerDurations } from "./durations.ts";

export interface ScheduleOptions {
  /** Six fields, seconds first, in UTC. */
  readonly cron: string;
  readonly onTick: () => void;
  readonly clock: Clock;
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

const SECONDS_PER_DAY = 86_400;

/**
 * The longest gap between the ticks of a cron expression, ms. It rests on the expression alone: not on the moment, the time
 * zone or the clock of the machine.
 * @throws ScheduleError when the expression is invalid, leaves out days, or its ticks are closer together or farther apart
 * than allowed
 */
export function schedulePeriodMs(
  cron: string,
  { leastPeriodMs, longestPeriodMs }: Pick<WorkerDurations, "leastPeriodMs" | "longestPeriodMs">,
): number {
  const ticks = readTicks(cron);
  const gaps = ticks.map((tick, index) => ((ticks[index + 1] ?? (ticks[0] ?? 0) + SECONDS_PER_DAY) - tick) * 1000);
  const periodMs = gaps.reduce((longest, gap) => Math.max(longest, gap), 0);
  if (gaps.some((gap) => gap < leastPeriodMs) || periodMs > longestPeriodMs) {
    throw new ScheduleError(
      cron,
      `ticks must be between ${inWords(leastPeriodMs)} and ${inWords(longestPeriodMs)} apart`,
    );
  }
  return periodMs;
}

function readTicks(cron: string): readonly number[] {
  const read = ticksOfDay(cron);
  if ("problem" in read) {
    throw new ScheduleError(cron, read.problem);
  }
  return read.ticks;
}

/** "5 s", "1 h". */
function inWords(ms: number): string {
  return ms < 3_600_000 ? `${ms / 1000} s` : `${ms / 3_600_000} h`;
}

/**
 * Calls `onTick` by the cron expression, in UTC, until stopped.
 *
 * The wall clock says only when the next tick is due; the wait for it is measured by the monotonic clock. So a wall clock that
 * is set, back or forward, by any amount, costs at most one period: nothing waits for it to catch up, and no missed tick is
 * made up for.
 */
export function startSchedule({ cron, onTick, clock }: ScheduleOptions): Schedule {
  const ticks = readTicks(cron);
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    while (await sleepUnlessAborted(clock, msToNextTick(ticks, clock.nowMs()), stopped.signal)) {
      onTick();
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

function msToNextTick(ticks: readonly number[], nowMs: number): number {
  // Rounded, so that a timer that fires some ms before its second does not tick for that second twice.
  const nowSeconds = Math.round(nowMs / 1000);
  const midnight = Math.floor(nowSeconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
  const next = ticks.find((tick) => midnight + tick > nowSeconds) ?? (ticks[0] ?? 0) + SECONDS_PER_DAY;
  return (midnight + next) * 1000 - nowMs;
}
