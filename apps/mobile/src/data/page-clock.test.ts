import { describe, expect, it, vi } from "vitest";
import { createDeviceClock } from "./page-clock.ts";

describe("createDeviceClock", () => {
  const times = { monotonicMs: 1000, wallMs: 1_000_000 };
  const pass = (monotonicMs: number, wallMs: number) => {
    times.monotonicMs += monotonicMs;
    times.wallMs += wallMs;
  };
  const create = () => {
    const clock = createDeviceClock(
      () => times.monotonicMs,
      () => times.wallMs,
    );
    const heard = vi.fn();
    clock.onSleep(heard);
    return { clock, heard };
  };

  it("counts a sleep, during which the monotonic clock stood still, and reports it once", () => {
    const { clock, heard } = create();
    const before = clock.elapsedMs();
    pass(5000, 3_600_000);
    expect(clock.elapsedMs() - before).toBe(3_600_000);
    pass(1000, 1000);
    expect(clock.elapsedMs() - before).toBe(3_601_000);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("adds up naps that are each too short to count", () => {
    const { clock, heard } = create();
    const before = clock.elapsedMs();
    for (let nap = 0; nap < 3; nap += 1) {
      pass(1000, 2500);
      clock.elapsedMs();
    }
    expect(clock.elapsedMs() - before).toBeGreaterThanOrEqual(6000);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("counts a sleep after the device's clock was set back", () => {
    const { clock } = create();
    const before = clock.elapsedMs();
    pass(1000, -7_200_000);
    clock.elapsedMs();
    pass(0, 3_600_000);
    expect(clock.elapsedMs() - before).toBe(3_601_000);
  });

  it.each([
    ["set back", 1000, -7_200_000],
    ["drifting", 1000, 2500],
  ])("ignores a device's clock that is %s", (_name, monotonicMs, wallMs) => {
    const { clock, heard } = create();
    const before = clock.elapsedMs();
    pass(monotonicMs, wallMs);
    expect(clock.elapsedMs() - before).toBe(monotonicMs);
    expect(heard).not.toHaveBeenCalled();
  });
});
