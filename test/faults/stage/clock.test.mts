import { readdir } from "node:fs/promises";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { createStagedClock } from "./clock.mts";
import { startProbe } from "./probe.mts";
import { isSkipped, stageTools } from "./tools.mts";

const DAY_MS = 86_400_000;
const folder = await createTemporaryFolder();
afterAll(() => folder.remove());
const skipped = isSkipped(await stageTools(), "faketime");

async function setUp() {
  const clock = await createStagedClock(folder.path);
  if (clock === null) {
    throw new Error("libfaketime is missing");
  }
  const probe = startProbe(clock.preload);
  onTestFinished(probe.kill);
  const times = async (): Promise<{ readonly wallMs: number; readonly monotonicMs: number }> =>
    (await probe.does("times")).result as { wallMs: number; monotonicMs: number };
  return { clock, probe, times };
}

test.skipIf(skipped)("the wall clock jumps at once, both ways, and the monotonic one goes on", async () => {
  const { clock, times } = await setUp();
  let before = await times();
  let offsetMs = 0;
  for (const nextMs of [30 * DAY_MS, -3_600_000, 1_500, 0]) {
    await clock.set(nextMs);
    const after = await times();
    const passedMs = after.monotonicMs - before.monotonicMs;
    expect(clock.offsetMs()).toBe(nextMs);
    expect(passedMs).toBeLessThan(10_000);
    expect(after.wallMs - before.wallMs - (nextMs - offsetMs)).toBeCloseTo(passedMs, -2);
    before = after;
    offsetMs = nextMs;
  }
});

test.skipIf(skipped)("timers and waits of threads take their time under a clock that was set", async () => {
  const { clock, probe } = await setUp();
  for (const offsetMs of [30 * DAY_MS, -30 * DAY_MS]) {
    const took = probe.does("waits");
    await clock.set(offsetMs);
    const { result } = await took;
    expect(result).toBeGreaterThan(190);
    expect(result).toBeLessThan(5_000);
  }
});

test.skipIf(skipped)("a killed process leaves nothing in shared memory", async () => {
  const { clock, probe, times } = await setUp();
  await times();
  await probe.kill();
  await clock.close();
  const running = await readdir("/proc");
  const left = (await readdir("/dev/shm")).filter((name) => /faketime/.test(name));
  expect(left.filter((name) => !running.includes(name.replace(/^.*_/, "")))).toEqual([]);
});
