import { startRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { clearFaults, setFault } from "./support/faults.mts";
import { HURRIED } from "./support/hurried-durations.mts";
import { simulated, startHurried, startSimulatorProgram } from "./support/program.mts";

const NEVER_MS = 3_600_000;
/** Of a worker in which nothing else ends an attempt that hangs. */
const WITHOUT_ENDS = {
  ...HURRIED,
  worker: { ...HURRIED.worker, hungRunLeastMs: NEVER_MS, hangLineLeastMs: 0, hangEndLeastMs: 0 },
  exchange: { libraryTimeoutMs: NEVER_MS, requestTimeoutMs: NEVER_MS, callDeadlineMs: NEVER_MS },
};

it("a worker whose attempts come to no end says where, and ends with code 1; the one that is started next refreshes", async () => {
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
    REFRESH_CRON: "* * * * * *",
    SYMBOL_COUNT: "5",
    ...simulated(simulator.url, folder.path),
  };
  await setFault(simulator.url, "/v5/market/kline", "slow_headers");
  const worker = startHurried({ worker: true, server: false }, env, WITHOUT_ENDS);
  onTestFinished(async () => {
    await worker.stop("SIGKILL");
  });
  expect(await worker.ended()).toBe(1);
  expect(worker.output().split('"worker_hangs"')).toHaveLength(2);
  expect(worker.output()).toMatch(/No refresh has come to its end for [\d.]+ s: collecting and scoring 5 symbols/);
  expect(worker.output()).toContain('"reason":"no refresh has come to its end for 5 s","msg":"Shutting down"');

  await clearFaults(simulator.url);
  const next = startHurried({ worker: true, server: false }, env);
  onTestFinished(async () => {
    await next.stop();
  });
  await next.printed(/"msg":"Refreshed"/);
});
