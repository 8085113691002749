import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { describe, expect, test } from "vitest";
import { systemClock } from "./clock.ts";

describe("The system's clock", () => {
  test("sleeps for about the given time", async () => {
    const startMs = systemClock.monotonicMs();
    await systemClock.sleep(20);
    expect(systemClock.monotonicMs() - startMs).toBeGreaterThanOrEqual(19);
  });

  test("wakes a sleeper with the reason of its signal", async () => {
    const reason = new Error("shutting down");
    const controller = new AbortController();
    const sleep = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe(reason);
  });
});

describe("A fake clock", () => {
  test("stands still until it is advanced, and then moves both times", async () => {
    const clock = createFakeClock(1_000_000);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_000_000, 0]);
    await clock.advance(250);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_000_250, 250]);
  });

  test("wakes sleepers in the order of their time, each at its time, and no others", async () => {
    const clock = createFakeClock(0);
    const woken: string[] = [];
    const sleep = async (ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${ms} at ${clock.nowMs()}`);
    };
    for (const ms of [300, 100, 200, 501]) {
      void sleep(ms);
    }
    await clock.advance(500);
    expect(woken).toEqual(["100 at 100", "200 at 200", "300 at 300"]);
    expect(clock.sleeping()).toBe(1);
  });

  test("lets a loop that sleeps again go round as often as the time allows", async () => {
    const clock = createFakeClock(0);
    const rounds: number[] = [];
    void (async () => {
      for (;;) {
        await clock.sleep(30);
        rounds.push(clock.nowMs());
      }
    })();
    await clock.advance(100);
    expect(rounds).toEqual([30, 60, 90]);
  });

  test("wakes a sleeper with the reason of the abort, and forgets it", async () => {
    const clock = createFakeClock();
    const reason = new Error("shutting down");
    const controller = new AbortController();
    const sleep = clock.sleep(100, controller.signal);
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    await expect(clock.sleep(100, controller.signal)).rejects.toBe(reason);
    expect(clock.sleeping()).toBe(0);
  });

  test("can be set back like the machine's, without anybody's sleep changing", async () => {
    const clock = createFakeClock(10_000);
    let woken = false;
    void clock.sleep(100).then(() => {
      woken = true;
    });
    clock.setNowMs(5_000);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([5_000, 0]);
    await clock.advance(100);
    expect(woken).toBe(true);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([5_100, 100]);
  });
});
