import { setTimeout as delay } from "node:timers/promises";
import { startRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, onTestFinished } from "vitest";
import { HURRIED } from "./hurried-durations.mts";
import { simulated, startHurried, startSimulatorProgram } from "./program.mts";

const PERIOD_MS = 2_000;

/**
 * Stops a worker (SIGSTOP) in the middle of its refreshes for much longer than it may hang, and lets it go on: it does not take that
 * for a hang of its own, and its next refreshes succeed.
 */
export async function goesOnAfterStop(stoppedMs: number): Promise<void> {
  const [folder, redis, simulator] = await Promise.all([
    createTemporaryFolder(),
    startRedis(),
    startSimulatorProgram("--seed", "4"),
  ]);
  onTestFinished(async () => {
    await simulator.stop();
    await redis.stop();
    await folder.remove();
  });
  // Longer than a refresh takes on a busy machine, and shorter than the stop.
  const hang = { hangLineLeastMs: stoppedMs / 2, hangEndLeastMs: stoppedMs * 0.75 };
  const worker = startHurried(
    { worker: true, server: false },
    {
      REDIS_URL: redis.url,
      REFRESH_CRON: `*/${PERIOD_MS / 1000} * * * * *`,
      SYMBOL_COUNT: "5",
      ...simulated(simulator.url, folder.path),
    },
    { ...HURRIED, worker: { ...HURRIED.worker, ...hang } },
  );
  onTestFinished(async () => {
    worker.process.kill("SIGCONT");
    await worker.stop();
  });
  const refreshes = () => worker.output().split('"msg":"Refreshed"').length - 1;
  await expect.poll(refreshes, { timeout: 90_000 }).toBeGreaterThan(1);
  worker.process.kill("SIGSTOP");
  await delay(stoppedMs);
  const before = refreshes();
  worker.process.kill("SIGCONT");
  await expect.poll(refreshes, { timeout: 90_000 }).toBeGreaterThan(before + 2);
  expect(worker.output()).not.toContain("worker_hangs");
  expect(worker.process.exitCode).toBeNull();
}
