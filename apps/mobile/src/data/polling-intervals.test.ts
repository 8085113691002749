import { describe, expect, it } from "vitest";
import { checkIntervalMs, pollIntervalMs, retryDelayMs, socketRetryDelayMs } from "./polling-intervals.ts";

describe("polling intervals", () => {
  it("poll every second without a socket", () => {
    expect([0, 0.5, 1].map((random) => pollIntervalMs(random))).toEqual([800, 900, 1000]);
  });

  it("check a little less than once a period with a socket, spread by a tenth", () => {
    expect([0, 0.5, 1].map((random) => checkIntervalMs(30_000, random))).toEqual([35_100, 39_000, 42_900]);
  });

  it("stay within limits whatever period the server claims", () => {
    expect(checkIntervalMs(1, 0.5)).toBe(2600);
    expect(checkIntervalMs(86_400_000, 0.5)).toBe(390_000);
  });

  it("retry after a second, then twice as long each time, up to ten seconds", () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => retryDelayMs(failures, null, 1))).toEqual([
      1000, 2000, 4000, 8000, 10_000, 10_000,
    ]);
    expect(retryDelayMs(1, null, 0)).toBe(700);
  });

  it("obey Retry-After, up to a minute", () => {
    expect(retryDelayMs(1, 7000, 1)).toBe(7000);
    expect(retryDelayMs(1, 86_400_000, 1)).toBe(60_000);
  });

  it("settle on one attempt a minute for the socket", () => {
    expect([1, 2, 5, 6, 40].map(socketRetryDelayMs)).toEqual([2000, 4000, 32_000, 60_000, 60_000]);
  });
});
