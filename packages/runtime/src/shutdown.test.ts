import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { describe, expect, test } from "vitest";
import { RUNTIME_DURATIONS } from "./durations.ts";
import { createLogger } from "./logger.ts";
import { createShutdown } from "./shutdown.ts";

describe("A shutdown", () => {
  const create = (graceMs: number, threadCalls: () => readonly string[] = () => []) => {
    const codes: number[] = [];
    const clock = createFakeClock();
    const log = createLogger({ level: "silent", pretty: false });
    return {
      clock,
      codes,
      shutdown: createShutdown({
        log,
        graceMs,
        clock,
        durations: RUNTIME_DURATIONS,
        exit: (code) => codes.push(code),
        threadCalls,
      }),
    };
  };

  test("gives each part the time that is left, less a little for each part after it", async () => {
    const { clock, shutdown } = create(1000);
    const told: number[] = [];
    for (const takesMs of [0, 10_000, 100]) {
      shutdown.add(`takes ${takesMs} ms`, (graceMs) => {
        told.push(graceMs);
        return clock.sleep(takesMs);
      });
    }
    const done = shutdown.run("test");
    await clock.advance(1000);
    await done;
    expect(told).toEqual([850, 800, 50]);
  });

  test("waits for calls to files that are under way, and no longer than its grace", async () => {
    const calls = ["FSReqPromise"];
    const slow = create(1000, () => calls);
    const done = slow.shutdown.run("test");
    await slow.clock.advance(500);
    expect(slow.codes).toEqual([]);
    calls.pop();
    await slow.clock.advance(10);
    await done;
    expect(slow.codes).toEqual([0]);

    const hanging = create(1000, () => ["FSReqPromise"]);
    void hanging.shutdown.run("test");
    await hanging.clock.advance(990);
    expect(hanging.codes).toEqual([]);
    await hanging.clock.advance(10);
    expect(hanging.codes).toEqual([1]);
  });

  test("happens once, however often it is requested, with the first code", async () => {
    const { shutdown, codes } = create(1000);
    let ended = 0;
    shutdown.add("part", () => {
      ended += 1;
    });
    const first = shutdown.run("fatal error", 3);
    expect(shutdown.run("again")).toBe(first);
    await first;
    expect({ ended, codes }).toEqual({ ended: 1, codes: [3] });
  });

  test("aborts its signal before any part ends, with a reason that is no defect", async () => {
    const { shutdown } = create(1000);
    let abortedBefore = false;
    shutdown.add("part", () => {
      abortedBefore = shutdown.signal.aborted;
    });
    expect(shutdown.signal.aborted).toBe(false);
    await shutdown.run("SIGTERM");
    expect(abortedBefore).toBe(true);
    expect(shutdown.signal.reason).toMatchObject({ name: "PulseboardError", code: "shutting_down" });
  });

  test("leaves no listener and no timer behind", async () => {
    const before = process.listenerCount("SIGINT") + process.listenerCount("SIGTERM");
    const { shutdown, clock } = create(1000);
    expect(process.listenerCount("SIGINT") + process.listenerCount("SIGTERM")).toBe(before + 2);
    shutdown.add("part", () => {});
    await shutdown.run("test");
    expect(process.listenerCount("SIGINT") + process.listenerCount("SIGTERM")).toBe(before);
    expect(clock.sleeping()).toBe(0);
  });
});
