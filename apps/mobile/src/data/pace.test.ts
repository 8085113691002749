import { describe, expect, it } from "vitest";
import { nextPollMs, nextRetryMs, nextSocketTryMs } from "./pace.ts";

describe("pace", () => {
  const poll = (periodMs: number, ageMs: number | null, isListening: boolean, random = 0.5) =>
    nextPollMs({ periodMs, ageMs, isListening }, random);

  it("polls from a little before the next snapshot is due, and then every second", () => {
    expect([0, 0.5, 1].map((random) => poll(30_000, 4000, false, random))).toEqual([24_500, 24_600, 24_700]);
    const around = [28_000, 30_000, 33_000, 40_000];
    expect(around.map((ageMs) => poll(30_000, ageMs, false))).toEqual(around.map(() => 1100));
  });

  it("polls every 15 s while it is late, spread by a tenth", () => {
    for (const ageMs of [40_001, 120_000]) {
      expect([0, 0.5, 1].map((random) => poll(30_000, ageMs, false, random))).toEqual([13_500, 15_000, 16_500]);
    }
    expect(poll(300_000, 320_000, false)).toBe(15_000);
  });

  it("polls once a period while it is very late or nobody knows", () => {
    for (const ageMs of [120_001, 3_600_000, null]) expect(poll(30_000, ageMs, false)).toBe(30_000);
    expect(poll(2000, 3500, false)).toBe(2000);
  });

  it("polls a little later than once a period while it listens, whatever the age", () => {
    for (const ageMs of [0, 31_000, null]) expect(poll(30_000, ageMs, true)).toBe(39_000);
  });

  it("keeps within reason whatever period a server claims", () => {
    expect(poll(1, null, false)).toBe(2000);
    expect(poll(86_400_000, null, false)).toBe(300_000);
    expect(poll(86_400_000, 0, false)).toBeLessThan(301_000);
  });

  it("tries again after a second, then twice as long, never more than ten seconds", () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => nextRetryMs(failures, null, 1))).toEqual([
      1000, 2000, 4000, 8000, 10_000, 10_000,
    ]);
    expect(nextRetryMs(1, null, 0)).toBe(700);
  });

  it("does as Retry-After says, up to a minute", () => {
    expect(nextRetryMs(1, 7000, 1)).toBe(7000);
    expect(nextRetryMs(1, 86_400_000, 1)).toBe(60_000);
  });

  it("tries the line once a minute at last", () => {
    expect([1, 2, 5, 6, 40].map(nextSocketTryMs)).toEqual([2000, 4000, 32_000, 60_000, 60_000]);
  });
});
