import { startRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { onTestFinished } from "vitest";
import type { HURRIED } from "./hurried-durations.mts";
import { type Program, type SimulatorProgram, simulated, startHurried, startSimulatorProgram } from "./program.mts";

export interface WorkerAlone {
  readonly simulator: SimulatorProgram;
  /** Starts a worker in a hurry, which ends with the test, also if it is stopped (SIGSTOP) then. */
  start(durations?: typeof HURRIED): Program;
}

/** What a worker without a server needs, until the test ends: Redis, a folder, and a simulated exchange. It scores five symbols. */
export async function prepareWorkerAlone(refreshCron: string): Promise<WorkerAlone> {
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
  const env = {
    REDIS_URL: redis.url,
    REFRESH_CRON: refreshCron,
    SYMBOL_COUNT: "5",
    ...simulated(simulator.url, folder.path),
  };
  return {
    simulator,
    start: (durations) => {
      const worker = startHurried({ worker: true, server: false }, env, durations);
      onTestFinished(async () => {
        worker.process.kill("SIGCONT");
        await worker.stop();
      });
      return worker;
    },
  };
}
