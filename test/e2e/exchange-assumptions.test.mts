import { systemClock } from "@pulseboard/runtime";
import { formatWorkerStatus } from "@pulseboard/snapshot";
import { createDiskStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { examineExchange } from "./support/examine-exchange.mts";
import { clearFaults, setFault } from "./support/faults.mts";
import { type SimulatorProgram, simulated, startSimulatorProgram } from "./support/program.mts";

let simulator: SimulatorProgram;
let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;

beforeAll(async () => {
  simulator = await startSimulatorProgram("--symbols", "150");
  folder = await createTemporaryFolder();
});

afterAll(async () => {
  await simulator?.stop();
  await folder?.remove();
});

beforeEach(() => clearFaults(simulator.url));

async function requests(): Promise<number> {
  const stats = (await (await fetch(`${simulator.url}/__stats`)).json()) as { total: number };
  return stats.total;
}

it("asks nothing while the exchange pauses us", async () => {
  const untilMs = Date.now() + 600_000;
  await leavePause(folder.path, untilMs);
  const before = await requests();
  const { code, checks } = await examineExchange(simulated(simulator.url, folder.path));
  expect(await requests()).toBe(before);
  expect(checks).toMatchObject([{ name: "answers", verdict: "failed" }]);
  expect(checks[0]?.seen).toContain(new Date(untilMs).toISOString());
  expect(code).toBe(1);
});

it("stops at the first answer that asks for a pause", async () => {
  await setFault(simulator.url, "/v5/market/time", "rate_ban_403");
  const before = await requests();
  const { code, checks } = await examineExchange(simulated(simulator.url, `${folder.path}/other`));
  expect(await requests()).toBe(before + 1);
  expect(checks.filter(({ verdict }) => verdict === "failed")).toMatchObject([{ name: "asked" }]);
  expect(code).toBe(1);
});

it("says of an exchange that does not answer that it could not be looked at", async () => {
  const gone = await startSimulatorProgram("--symbols", "2");
  await gone.stop();
  const { code, checks } = await examineExchange(simulated(gone.url, `${folder.path}/other`));
  expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(["unknown"]));
  expect(code).toBe(3);
});

/** As a worker leaves it that was banned. */
async function leavePause(directory: string, untilMs: number): Promise<void> {
  const { log, outages } = createRecordedLog();
  const store = createDiskStore({ directory, log, outages, clock: systemClock, durations: STORAGE_DURATIONS });
  const now = new Date().toISOString();
  const until = new Date(untilMs).toISOString();
  await store.writeStatus?.(
    formatWorkerStatus({
      format: 1,
      written_at: now,
      version: "0.1.0+abc1234",
      origin: "simulator",
      pid: 1,
      host: "here",
      data_dir: directory,
      started_at: now,
      period_ms: 30_000,
      reasons: [],
      last_attempt_at: now,
      last_success_at: null,
      last_failure: null,
      exchange_pauses: [{ scope: "*", code: "exchange_banned", until }],
    }),
    60_000,
  );
  await store.close();
}
