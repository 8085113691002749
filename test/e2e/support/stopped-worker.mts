import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { HURRIED } from "./hurried-durations.mts";
import { prepareWorkerAlone } from "./worker-alone.mts";

/**
 * Stops a worker (SIGSTOP) in the middle of its refreshes for much longer than it may hang, and lets it go on: it does not take that
 * for a hang of its own, and its next refreshes succeed.
 */
export async function goesOnAfterStop(stoppedMs: number): Promise<void> {
  const alone = await prepareWorkerAlone("*/2 * * * * *");
  // Longer than a refresh takes on a busy machine, and shorter than the stop.
  const hang = { hangLineLeastMs: stoppedMs / 2, hangEndLeastMs: stoppedMs * 0.75 };
  const worker = alone.start({ ...HURRIED, worker: { ...HURRIED.worker, ...hang } });
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
