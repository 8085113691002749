import { describe, expect, it } from "vitest";
import { checkIntervalMs, pollIntervalMs, retryDelayMs, socketRetryDelayMs } from "./polling-intervals.ts";

describe("pace", () => {
  it("polls every second while it does not listen", () => {
    expect([0, 0.5, 1].map((random) => pollIntervalMs(random))).toEqual([800, 900, 1000]);
  });

  it("polls a little later than once a period while it listens, spread by a tenth", () => {
    expect([0, 0.5, 1].map((random) => checkIntervalMs(30_000, random))).toEqual([35_100, 39_000, 42_900]);
  });

  it("keeps within reason whatever period a server claims", () => {
    expect(checkIntervalMs(1, 0.5)).toBe(2600);
    expect(checkIntervalMs(86_400_000, 0.5)).toBe(390_000);
  });

  it("tries again after a second, then twice as long, never more than ten seconds", () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => retryDelayMs(failures, null, 1))).toEqual([
      1000, 2000, 4000, 8000, 10_000, 10_000,
    ]);
    expect(retryDelayMs(1, null, 0)).toBe(700);
  });

  it("does as Retry-After says, up to a minute", () => {
    expect(retryDelayMs(1, 7000, 1)).toBe(7000);
    expect(retryDelayMs(1, 86_400_000, 1)).toBe(60_000);
  });

  it("tries the line once a minute at last", () => {
    expect([1, 2, 5, 6, 40].map(socketRetryDelayMs)).toEqual([2000, 4000, 32_000, 60_000, 60_000]);
  });
});
