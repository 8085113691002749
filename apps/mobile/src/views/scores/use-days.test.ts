import { expect, test } from "vitest";
import { sampleDays } from "../../data/testing/sample-days.ts";
import { afterAsking, type DaysState, delayMs, isDueAt } from "./use-days.ts";

const days = sampleDays();
const older = { ...days, as_of: days.as_of - 1800 };
const NOTHING: DaysState = { days: null, failure: null, failures: 0 };
const CURRENT: DaysState = { days, failure: null, failures: 0 };
const now = days.as_of + 1799;
const here = { origin: days.origin, marketS: now };
const fromServer = { ok: true, value: days, fromDevice: false } as const;

test("they are asked for at once, and again when a half hour has closed", () => {
  expect(isDueAt(NOTHING, now)).toBe(true);
  expect(delayMs(NOTHING, now, 1)).toBe(0);
  expect(isDueAt(CURRENT, now)).toBe(false);
  expect(isDueAt(CURRENT, now + 1)).toBe(true);
});

test("phones ask within a minute of each other, and one that comes later at once", () => {
  const waits = [0, 0.5, 1].map((random) => delayMs(CURRENT, days.as_of + 1800, random));
  expect(waits).toEqual([45_000, 75_000, 105_000]);
  expect(delayMs(CURRENT, days.as_of + 1800 + 50, 0.5)).toBe(25_000);
  expect(delayMs(CURRENT, days.as_of + 1800 + 3600, 1)).toBe(0);
});

test("what the server has is taken, and asked for again only while its half hour is over", () => {
  const failed = { days: older, failure: "No connection.", failures: 3 };
  expect(afterAsking(failed, fromServer, here)).toEqual(CURRENT);
  expect(afterAsking(failed, { ...fromServer, value: older }, here)).toEqual({
    days: older,
    failure: null,
    failures: 4,
  });
});

test("a failure is said, takes nothing away, and is tried again", () => {
  const after = afterAsking(CURRENT, { ok: false, reason: "No connection." }, here);
  expect(after).toEqual({ days, failure: "No connection.", failures: 1 });
  expect(isDueAt(after, now)).toBe(true);
  // A server that is still reading says "Retry-After: 2".
  expect(delayMs(after, now, 0)).toBeGreaterThanOrEqual(2000);
  expect(delayMs({ ...after, failures: 50 }, now, 1)).toBe(30_000);
});

test("a copy on the device is better than nothing, but not than what is on the screen, and is tried again", () => {
  const fromDevice = { ok: true, value: older, fromDevice: true } as const;
  expect(afterAsking(NOTHING, fromDevice, here)).toEqual({ days: older, failure: null, failures: 1 });
  expect(afterAsking(CURRENT, fromDevice, here)).toEqual({ days, failure: null, failures: 1 });
});

test("prices of another market are none, and are not asked for in a loop", () => {
  const after = afterAsking(NOTHING, fromServer, { ...here, origin: "other" });
  expect(after).toEqual({ days: null, failure: expect.stringContaining("another market"), failures: 1 });
  expect(delayMs(after, now, 0)).toBeGreaterThan(0);
});
