import { describe, expect, it } from "vitest";
import { createDeviceClock } from "./page-clock.ts";

describe("createDeviceClock", () => {
  const times = { monotonicMs: 1000, wallMs: 1_000_000 };
  const pass = (monotonicMs: number, wallMs: number) => {
    times.monotonicMs += monotonicMs;
    times.wallMs += wallMs;
  };
  const create = () =>
    createDeviceClock(
      () => times.monotonicMs,
      () => times.wallMs,
    );

  it("counts the sleep of a hidden page, during which one clock stood still", () => {
    const clock = create();
    const before = clock.elapsedMs();
    clock.setVisible(true);
    clock.setVisible(false);
    pass(0, 1_800_000);
    // It hears of that twice on some phones.
    clock.setVisible(false);
    pass(5000, 1_800_000);
    clock.setVisible(true);
    expect(clock.elapsedMs() - before).toBe(3_600_000);
  });

  it.each([
    ["set ahead in sight", false, 1000, 7_200_000],
    ["set back in sight", false, 1000, -7_200_000],
    ["set back while hidden", true, 1000, -7_200_000],
    ["drifting while hidden", true, 1000, 2500],
  ])("goes its own way with the device's clock %s", (_name, isHidden, monotonicMs, wallMs) => {
    const clock = create();
    const before = clock.elapsedMs();
    clock.setVisible(!isHidden);
    pass(monotonicMs, wallMs);
    clock.setVisible(true);
    expect(clock.elapsedMs() - before).toBe(monotonicMs);
  });
});
