import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it } from "vitest";
import { examineExchange } from "./support/examine-exchange.mts";
import { setFault } from "./support/faults.mts";
import { simulated, startSimulatorProgram } from "./support/program.mts";

it("every assumption holds at the simulator, with at most 40 requests, one a second", async () => {
  const simulator = await startSimulatorProgram();
  const folder = await createTemporaryFolder();
  try {
    const { code, checks } = await examineExchange(simulated(simulator.url, folder.path));
    expect(checks.filter(({ verdict }) => verdict !== "ok")).toEqual([]);
    expect(checks.length).toBeGreaterThan(50);
    expect(code).toBe(0);
    const stats = (await (await fetch(`${simulator.url}/__stats`)).json()) as { total: number; peak_in_5s: number };
    expect(stats.total).toBeLessThanOrEqual(40);
    expect(stats.peak_in_5s).toBeLessThanOrEqual(6);

    await setFault(simulator.url, "/v5/market/tickers", "bad_numbers");
    const broken = await examineExchange(simulated(simulator.url, folder.path));
    expect(broken.checks.filter(({ verdict }) => verdict === "failed").map(({ name }) => name)).toContain(
      "ticker figures",
    );
    expect(broken.code).toBe(1);
  } finally {
    await simulator.stop();
    await folder.remove();
  }
});
