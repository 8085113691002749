import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilSnapshot } from "./support/ask.mts";
import {
  type Pulseboard,
  type SimulatorProgram,
  simulated,
  startPulseboard,
  startSimulatorProgram,
} from "./support/program.mts";

/** Half of the exchange's 600 requests per 5 s, the default of REQUEST_BUDGET_SHARE. */
const BUDGET_IN_5_S = 300;

describe("a cold start with 50 symbols", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let pulseboard: Pulseboard;
  let simulator: SimulatorProgram;

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    simulator = await startSimulatorProgram("--seed", "42");
    pulseboard = await startPulseboard(simulated(simulator.url, folder.path));
  });

  afterAll(async () => {
    await pulseboard?.stop();
    await simulator?.stop();
    await folder?.remove();
  });

  it("shows overview and movers first, and says that the scores are warming up", async () => {
    const first = await untilSnapshot(pulseboard.url, ({ sections }) => sections.overview.received > 0);
    expect(first.sections.scores).toMatchObject({ received: 0, reason: "warming_up" });
    expect(first.top_movers.gainers).toHaveLength(5);
    expect(first.market_overview.btc_dominance).not.toBeNull();
  });

  it("stays within the budget of requests until all 50 are scored", async () => {
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 50);
    expect(snapshot.sections.scores).toMatchObject({ expected: 50, stale: false });
    const stats = (await (await fetch(`${simulator.url}/__stats`)).json()) as Record<string, number>;
    expect(stats.peak_in_5s).toBeLessThanOrEqual(BUDGET_IN_5_S);
    expect(stats.peak_in_5s).toBeGreaterThan(100);
    expect(stats).toMatchObject({ bans_given: 0, requests_during_ban: 0 });
  });

  it("fits a phone: at most 256 KB", async () => {
    const response = await fetch(`${pulseboard.url}/api/dashboard/mobile-data`);
    expect((await response.arrayBuffer()).byteLength).toBeLessThanOrEqual(256 * 1024);
  });
});
