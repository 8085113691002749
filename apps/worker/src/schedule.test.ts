import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { schedulePeriodMs, startSchedule } from "./schedule.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("The period of a schedule", () => {
  it.each([
    ["5,35 * * * * *", 30_000],
    ["*/5 * * * * *", 5_000],
    ["0 0 * * * *", 3_600_000],
    // The longest gap counts, also the one over the full minute or hour.
    ["0,10 * * * * *", 50_000],
    ["0 0-29 * * * *", 31 * MINUTE],
    ["10/20 * * * * *", 20_000],
    ["0 0-58/2 0-23 1-31 jan-dec SUN-SAT", 2 * MINUTE],
    ["0 */20 * ? * 1-7", 20 * MINUTE],
  ])("of %s is %d ms", (cron, periodMs) => {
    expect(schedulePeriodMs(cron, WORKER_DURATIONS)).toBe(periodMs);
  });

  it("is as long as a test's durations allow", () => {
    expect(schedulePeriodMs("* * * * * *", { ...WORKER_DURATIONS, leastPeriodMs: 1_000 })).toBe(1_000);
    expect(schedulePeriodMs("0 0 */2 * * *", { ...WORKER_DURATIONS, longestPeriodMs: DAY })).toBe(2 * HOUR);
  });
});

const TOO_FAR = "ticks must be between 5 s and 1 h apart";

describe("A schedule is refused", () => {
  it.each([
    ["* * * * * *", TOO_FAR],
    // Four seconds over the full minute.
    ["0,56 * * * * *", TOO_FAR],
    ["0 0 */2 * * *", TOO_FAR],
    ["*/30 * 9-17 * * *", TOO_FAR],
    ["*/90 * * * * *", "second: a step of 90 is longer than the field"],
    ["0 0 */24 * * *", "hour: a step of 24 is longer than the field"],
    ["61 * * * * *", 'second: "61" is not within 0-59'],
    ["0 30-10 * * * *", 'minute: "30-10" goes backwards'],
    ["0 x * * * *", 'minute: "x" is not a number'],
    ["0,,5 * * * * *", 'second: "" is not a number'],
    ["*/0 * * * * *", "second: a step of 0 goes nowhere"],
    ["0 * * 0 * *", 'day of month: "0" is not within 1-31'],
    ["0 * * * foo *", 'month: "foo" is not a number'],
    ["*/30 * * * *", "it has 5 fields"],
  ])("%s: %s", (cron, problem) => {
    expect(() => schedulePeriodMs(cron, WORKER_DURATIONS)).toThrow(
      expect.objectContaining({ code: "bad_schedule", message: expect.stringContaining(problem) }),
    );
  });

  it.each(["*/30 * * * * 1-5", "*/30 * * 1-30 * *", "*/30 * * * 1-11 *", "*/30 * * 1 * mon"])(
    "%s: it leaves out days",
    (cron) => {
      expect(() => schedulePeriodMs(cron, WORKER_DURATIONS)).toThrow("it leaves out days");
    },
  );
});

describe("Whether a schedule is accepted, and its period", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  const outcome = (cron: string): string => {
    try {
      return `${cron} has a period of ${schedulePeriodMs(cron, WORKER_DURATIONS)} ms`;
    } catch (error) {
      return String(error);
    }
  };

  // In the night to 6 April 2025 Lord Howe Island sets its clocks back by half an hour, in that to 26 October 2025 Europe by one.
  it.each(["UTC", "Australia/Lord_Howe", "Europe/Berlin"])("are the same at any moment in %s", (timeZone) => {
    vi.stubEnv("TZ", timeZone);
    vi.useFakeTimers({ toFake: ["Date"] });
    const outcomes = new Set<string>();
    for (const daysFrom of [Date.UTC(2025, 3, 4), Date.UTC(2025, 9, 24)]) {
      for (let atMs = daysFrom; atMs < daysFrom + 3 * DAY; atMs += 1.75 * HOUR) {
        vi.setSystemTime(atMs);
        for (const cron of ["5,35 * * * * *", "0 0 * * * *", "*/30 * 9-17 * * *", "*/30 * * * * 1-5"]) {
          outcomes.add(outcome(cron));
        }
      }
    }
    expect([...outcomes]).toEqual([
      "5,35 * * * * * has a period of 30000 ms",
      "0 0 * * * * has a period of 3600000 ms",
      expect.stringContaining(TOO_FAR),
      expect.stringContaining("it leaves out days"),
    ]);
  });
});

describe("A running schedule", () => {
  const START = Date.UTC(2025, 5, 10, 12);

  afterEach(() => vi.unstubAllEnvs());

  function running(cron: string, startMs = START) {
    const clock = createFakeClock(startMs);
    const ticks: number[] = [];
    const schedule = startSchedule({ cron, onTick: () => ticks.push(clock.monotonicMs()), clock });
    onTestFinished(() => schedule.stop());
    return { clock, ticks, schedule };
  }

  it("ticks when its expression says, in UTC", async () => {
    const { clock, ticks } = running("5,35 * * * * *");
    await clock.advance(2 * MINUTE);
    expect(ticks).toEqual([5_000, 35_000, 65_000, 95_000]);
  });

  // As above; Nepal is 5 h 45 min ahead.
  it.each(["Australia/Lord_Howe", "Europe/Berlin", "Asia/Kathmandu"])(
    "ticks every hour, on the hour of UTC, in %s",
    async (timeZone) => {
      vi.stubEnv("TZ", timeZone);
      for (const startMs of [Date.UTC(2025, 3, 5), Date.UTC(2025, 9, 25)]) {
        const { clock, ticks } = running("0 0 * * * *", startMs);
        await clock.advance(2 * DAY);
        expect(ticks).toEqual(Array.from({ length: 48 }, (_, index) => (index + 1) * HOUR));
      }
    },
  );

  it.each([
    ["forward by a month", 31 * DAY],
    ["back by an hour", -HOUR],
    ["back by a month", -31 * DAY],
    ["to before 1970", -START - DAY],
    ["forward by 7 s", 7_000],
  ])("neither makes up for ticks nor misses a period when the clock is set %s", async (_which, byMs) => {
    const { clock, ticks } = running("5,35 * * * * *");
    await clock.advance(40_000);
    expect(ticks).toEqual([5_000, 35_000]);
    clock.setNowMs(clock.nowMs() + byMs);
    await clock.advance(5 * MINUTE);
    const gaps = ticks.slice(1).map((tickMs, index) => tickMs - (ticks[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
    expect(ticks.length).toBeLessThanOrEqual(13);
  });

  it("a timer that fires early by some ms does not tick twice", async () => {
    const { clock, ticks } = running("5,35 * * * * *");
    // The wall clock runs behind the timer.
    clock.setNowMs(START - 4);
    await clock.advance(MINUTE);
    expect(ticks).toEqual([5_000, 35_004]);
  });

  it("does not tick after it was stopped", async () => {
    const { clock, ticks, schedule } = running("*/5 * * * * *");
    await clock.advance(5_000);
    await schedule.stop();
    await clock.advance(MINUTE);
    expect(ticks).toEqual([5_000]);
    expect(clock.sleeping()).toBe(0);
  });
});
