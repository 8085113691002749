import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, test } from "vitest";
import { withTimeout } from "./with-timeout.ts";

const late = (): never => {
  throw new RangeError("late");
};

const never = (): Promise<never> => new Promise(() => undefined);

test("resolves with the result of the work, and leaves no timer behind", async () => {
  const clock = createFakeClock();
  expect(await withTimeout(async () => undefined, { clock, ms: 100, onTimeout: late })).toBeUndefined();
  const broken = withTimeout(() => Promise.reject(new TypeError("broken")), { clock, ms: 100, onTimeout: late });
  await expect(broken).rejects.toThrow("broken");
  expect(clock.sleeping()).toBe(0);
});

test("gives up at the deadline, aborts the work, and drops its result", async () => {
  const clock = createFakeClock();
  let failLate: (error: Error) => void = () => undefined;
  let told: AbortSignal | undefined;
  const work = (signal: AbortSignal): Promise<never> => {
    told = signal;
    return new Promise<never>((_, reject) => {
      failLate = reject;
    });
  };
  const outcome = withTimeout(work, { clock, ms: 100, onTimeout: late }).catch((error: unknown) => error);
  await clock.advance(99);
  expect(told?.aborted).toBe(false);
  await clock.advance(1);
  expect(await outcome).toBeInstanceOf(RangeError);
  expect(told?.aborted).toBe(true);
  failLate(new TypeError("too late to matter"));
});

test("may come to a value instead of an error", async () => {
  const clock = createFakeClock();
  const outcome = withTimeout(never, { clock, ms: 100, onTimeout: () => null });
  await clock.advance(100);
  expect(await outcome).toBeNull();
});

test("ends early with the reason of the caller's signal, passes it on, and stops listening to it", async () => {
  const clock = createFakeClock();
  const caller = new AbortController();
  let told: AbortSignal | undefined;
  const outcome = withTimeout(
    (signal) => {
      told = signal;
      return never();
    },
    { clock, ms: 100, signal: caller.signal, onTimeout: late },
  ).catch((error: unknown) => error);
  caller.abort(new TypeError("stopping"));
  expect(await outcome).toMatchObject({ message: "stopping" });
  expect(told?.reason).toMatchObject({ message: "stopping" });
  expect(clock.sleeping()).toBe(0);
  const afterwards = withTimeout(never, { clock, ms: 100, signal: caller.signal, onTimeout: late });
  await expect(afterwards).rejects.toThrow("stopping");
});

test("does not wait for a clock that fails, but rejects", async () => {
  const clock = { ...createFakeClock(), sleep: () => Promise.reject(new RangeError("no timers")) };
  await expect(withTimeout(never, { clock, ms: 1, onTimeout: () => null })).rejects.toThrow("no timers");
});
