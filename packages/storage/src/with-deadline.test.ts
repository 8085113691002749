import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, test } from "vitest";
import { withDeadline } from "./with-deadline.ts";

const late = () => new RangeError("late");

test("gives what the work comes to, and leaves no timer behind", async () => {
  const clock = createFakeClock();
  expect(await withDeadline(clock, 100, Promise.resolve(undefined), late)).toBeUndefined();
  await expect(withDeadline(clock, 100, Promise.reject(new TypeError("broken")), late)).rejects.toThrow("broken");
  expect(clock.sleeping()).toBe(0);
});

test("gives up at the deadline, whatever becomes of the work afterwards", async () => {
  const clock = createFakeClock();
  let failLate: (error: Error) => void = () => undefined;
  const work = new Promise<never>((_, reject) => {
    failLate = reject;
  });
  const outcome = withDeadline(clock, 100, work, late).catch((error: unknown) => error);
  await clock.advance(99);
  expect(clock.sleeping()).toBe(1);
  await clock.advance(1);
  expect(await outcome).toBeInstanceOf(RangeError);
  failLate(new TypeError("nobody listens any more"));
});
