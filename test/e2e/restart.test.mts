import { findFreePort } from "@pulseboard/testing/free-port";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it } from "vitest";
import { ask, until, untilSnapshot } from "./support/ask.mts";
import { clearFaults, setFault } from "./support/faults.mts";
import { simulated, startPulseboard, startSimulatorProgram } from "./support/program.mts";

describe("a restart", () => {
  it("serves the last known good documents at once, and goes on from them", async () => {
    const folder = await createTemporaryFolder();
    const simulator = await startSimulatorProgram("--seed", "3");
    const env = { ...simulated(simulator.url, folder.path), SYMBOL_COUNT: "5" };
    const first = await startPulseboard(env);
    try {
      const before = await untilSnapshot(first.url, ({ sections }) => sections.scores.received === 5);
      const { code, tookMs } = await first.stop("SIGTERM");
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(30_000);

      await setFault(simulator.url, "*", "reset");
      const second = await startPulseboard(env);
      const restored = await untilSnapshot(second.url, () => true);
      expect(restored.sequence).toBe(before.sequence);
      expect(restored.confluence_scores).toEqual(before.confluence_scores);

      await clearFaults(simulator.url);
      const after = await untilSnapshot(
        second.url,
        ({ sequence, sections }) => sequence > before.sequence && !sections.scores.stale,
      );
      expect(after.confluence_scores[0]?.score_history.length).toBeGreaterThan(0);
      await second.stop();

      // The documents of a simulator are never served as the exchange's.
      const other = await startPulseboard({
        EXCHANGE: "bybit",
        EXCHANGE_URL: `http://127.0.0.1:${await findFreePort()}`,
        REFERENCE_URL: `http://127.0.0.1:${await findFreePort()}`,
        DATA_DIR: folder.path,
      });
      expect((await ask(`${other.url}/api/dashboard/mobile-data`)).body.status).toBe("error");
      expect(await until(async () => (other.output().includes("simulator") ? true : null))).toBe(true);
      await other.stop();
    } finally {
      await first.stop();
      await simulator.stop();
      await folder.remove();
    }
  });
});
