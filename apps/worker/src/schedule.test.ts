import { createLogger } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, it, onTestFinished } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { schedulePeriodMs, startSchedule } from "./schedule.ts";

it.each([
  ["5,35 * * * * *", 30_000],
  ["*/5 * * * * *", 5_000],
  ["0 0 * * * *", 3_600_000],
  // The longest gap counts.
  ["0,10 * * * * *", 50_000],
])("%s has a period of %d ms", (cron, periodMs) => {
  expect(schedulePeriodMs(cron, WORKER_DURATIONS)).toBe(periodMs);
});

it.each([
  ["* * * * * *", "ticks must be between 5 s and 1 h apart"],
  ["0 0 */2 * * *", "ticks must be between 5 s and 1 h apart"],
  ["*/90 * * * * *", "a step of 90 is longer than its field"],
  ["61 * * * * *", "second"],
])("%s is refused: %s", (cron, problem) => {
  expect(() => schedulePeriodMs(cron, WORKER_DURATIONS)).toThrow(
    expect.objectContaining({ code: "bad_schedule", message: expect.stringContaining(problem) }),
  );
});

it("ticks that production refuses are accepted where the durations allow them", () => {
  expect(schedulePeriodMs("* * * * * *", { ...WORKER_DURATIONS, leastPeriodMs: 1_000 })).toBe(1_000);
});

it("a silent schedule is restarted after two periods, with one line and one tick", async () => {
  const clock = createFakeClock();
  const lines: string[] = [];
  let ticks = 0;
  const schedule = startSchedule({
    // Its own timer does not tick during the test.
    cron: "0 0 0 1 1 *",
    periodMs: 30_000,
    onTick: () => {
      ticks += 1;
    },
    durations: WORKER_DURATIONS,
    clock,
    log: createLogger({ level: "warn", pretty: false, destination: { write: (line) => lines.push(line) } }),
  });
  onTestFinished(() => schedule.stop());
  await clock.advance(60_000);
  expect(ticks).toBe(0);
  await clock.advance(30_000);
  expect(ticks).toBe(1);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ msg: "The schedule was silent (was the clock set?) and is restarted", silentMs: 90_000 }),
  ]);
});
