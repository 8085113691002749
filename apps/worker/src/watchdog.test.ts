import type { Clock } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { describe, expect, it } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

const MINUTE_MS = 60_000;
/** It looks every 15 s, so that it may be late by as much. */
const LOOK_MS = 15_000;

function start(periodMs = 30_000, wrap: (clock: Clock) => Clock = (clock) => clock) {
  const clock = createFakeClock();
  const { log, lines } = createRecordedLog();
  const ends: string[] = [];
  const hangs: string[] = [];
  const watchdog = startWatchdog({
    periodMs,
    durations: WORKER_DURATIONS,
    where: () => "collecting and scoring 3 symbols; it waits for BTCUSDT",
    onHang: ({ code }) => void hangs.push(code),
    end: (reason) => void ends.push(reason),
    clock: wrap(clock),
    log,
  });
  return { watchdog, clock, lines, ends, hangs };
}

const forever = () => new Promise<never>(() => undefined);

it("says in one line where an attempt hangs that does not end for three minutes, and ends the process after six", async () => {
  const { watchdog, clock, lines, ends, hangs } = start();
  void watchdog.attempt(forever);
  await clock.advance(3 * MINUTE_MS - 1);
  expect(lines).toEqual([]);
  await clock.advance(LOOK_MS);
  expect(lines).toMatchObject([
    {
      level: "error",
      msg: "The worker hangs",
      err: {
        code: "worker_hangs",
        message: "No refresh has come to its end for 180 s: collecting and scoring 3 symbols; it waits for BTCUSDT",
      },
    },
  ]);
  expect(hangs).toEqual(["worker_hangs"]);
  // Requests that the queue answers meanwhile are no sign of life: it says that a refresh is under way, and that is ours.
  for (let tick = 0; tick < 5; tick++) {
    watchdog.requestEnded();
    await clock.advance(30_000);
  }
  expect(ends).toEqual([]);
  await clock.advance(30_000);
  expect(ends).toEqual(["no refresh has come to its end for 360 s"]);
  await clock.advance(60 * MINUTE_MS);
  expect([lines.length, ends.length, clock.sleeping()]).toEqual([1, 1, 0]);
});

it("counts periods where these are longer", async () => {
  const { watchdog, clock, lines, ends } = start(10 * MINUTE_MS);
  void watchdog.attempt(forever);
  await clock.advance(30 * MINUTE_MS - 1);
  expect(lines).toEqual([]);
  await clock.advance(3 * MINUTE_MS);
  expect([lines.length, ends]).toEqual([1, []]);
  await clock.advance(18 * MINUTE_MS);
  expect(ends).toEqual(["no refresh has come to its end for 3000 s"]);
});

it("also when no attempt even begins, as the queue answers nothing or the schedule has stopped", async () => {
  const { clock, lines, ends } = start();
  await clock.advance(7 * MINUTE_MS);
  expect([lines.length, ends.length]).toEqual([1, 1]);
});

describe("leaves alone for an hour", () => {
  const never = () => undefined;
  it.each<[string, (watchdog: Watchdog) => unknown, (watchdog: Watchdog) => unknown]>([
    [
      "a worker all of whose attempts fail",
      never,
      (watchdog) => watchdog.attempt(() => Promise.reject(new Error("It is away"))).catch(() => undefined),
    ],
    ["a worker whose queue has another one do the work", never, (watchdog) => watchdog.requestEnded()],
    [
      "an attempt that is slow, one symbol after the other",
      (watchdog) => void watchdog.attempt(forever),
      (watchdog) => watchdog.counting(() => () => undefined)("BTCUSDT")(),
    ],
  ])("%s", async (_what, begin, eachHalfMinute) => {
    const { watchdog, clock, lines, ends } = start();
    begin(watchdog);
    for (let tick = 0; tick < 120; tick++) {
      await eachHalfMinute(watchdog);
      await clock.advance(30_000);
    }
    expect([lines, ends]).toEqual([[], []]);
  });
});

it("says it again when the worker hangs again, and nothing more of a hang that is over", async () => {
  const { watchdog, clock, lines, ends } = start();
  let end = (): void => undefined;
  const attempt = watchdog.attempt(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  await clock.advance(5 * MINUTE_MS);
  end();
  await attempt;
  await clock.advance(LOOK_MS);
  expect([lines.length, ends]).toEqual([1, []]);
  await clock.advance(4 * MINUTE_MS);
  expect([lines.length, ends]).toEqual([2, []]);
  watchdog.close();
  await clock.advance(60 * MINUTE_MS);
  expect([lines.length, ends]).toEqual([2, []]);
});

it("does not take a process that was stopped for one that hangs", async () => {
  let looks = 0;
  const { watchdog, clock, lines, ends } = start(30_000, (base) => ({
    ...base,
    // At the ninth look, after two minutes: the monotonic clock goes on meanwhile, and the timer fires once.
    sleep: (ms, signal) => {
      looks += 1;
      return base.sleep(looks === 9 ? 60 * MINUTE_MS : ms, signal);
    },
  }));
  void watchdog.attempt(forever);
  await clock.advance(62 * MINUTE_MS + 30_000);
  expect([lines, ends]).toEqual([[], []]);
  await clock.advance(15_000);
  expect([lines.length, ends]).toEqual([1, []]);
});
