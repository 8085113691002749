import { expect, it } from "vitest";
import { clearFaults, setFault } from "./support/faults.mts";
import { HURRIED } from "./support/hurried-durations.mts";
import { prepareWorkerAlone } from "./support/worker-alone.mts";

const NEVER_MS = 3_600_000;
/** Of a worker in which nothing else ends an attempt that hangs. */
const WITHOUT_ENDS = {
  ...HURRIED,
  worker: { ...HURRIED.worker, hungRunLeastMs: NEVER_MS, hangLineLeastMs: 0, hangEndLeastMs: 0 },
  exchange: { libraryTimeoutMs: NEVER_MS, requestTimeoutMs: NEVER_MS, callDeadlineMs: NEVER_MS },
};

it("a worker whose attempts come to no end says where, and ends with code 1; the one that is started next refreshes", async () => {
  const { simulator, start } = await prepareWorkerAlone("* * * * * *");
  await setFault(simulator.url, "/v5/market/kline", "slow_headers");
  const worker = start(WITHOUT_ENDS);
  expect(await worker.ended()).toBe(1);
  expect(worker.output().split('"worker_hangs"')).toHaveLength(2);
  expect(worker.output()).toMatch(/No refresh has come to its end for [\d.]+ s: collecting and scoring 5 symbols/);
  expect(worker.output()).toContain('"reason":"no refresh has come to its end for 5 s","msg":"Shutting down"');

  await clearFaults(simulator.url);
  const next = start();
  await next.printed(/"msg":"Refreshed"/);
});
