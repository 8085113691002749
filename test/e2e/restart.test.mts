import type { MobileSnapshot } from "@pulseboard/snapshot";
import { findFreePort } from "@pulseboard/testing/free-port";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it } from "vitest";
import { ask, until, untilSnapshot } from "./support/ask.mts";
import { clearFaults, setFault } from "./support/faults.mts";
import { simulated, startPulseboard, startSimulatorProgram } from "./support/program.mts";

interface Explained {
  readonly method_version: number;
  readonly as_of: number;
  readonly score: number;
  readonly contributions: Readonly<Record<"now" | "after", Contributions>> & { readonly before: Contributions | null };
  readonly since_before_ms: number | null;
}

type Contributions = Readonly<Record<string, number>>;

async function explained(url: string, symbol: string): Promise<Explained> {
  const { body } = await ask(`${url}/api/dashboard/confluence-analysis/${symbol}`);
  return body as unknown as Explained;
}

function symbolOf({ confluence_scores: [row] }: MobileSnapshot): string {
  return row?.symbol ?? "none";
}

/** The published score by one document alone: what it says of before and of now. */
function recomputedScore({ contributions: { before, now }, since_before_ms: sinceMs }: Explained): number {
  const kept = before === null ? 0 : 2 ** (-(sinceMs ?? 0) / 600_000);
  const total = (of: Contributions) => Object.values(of).reduce((sum, each) => sum + each, 0);
  const signal = kept * total(before ?? {}) + (1 - kept) * total(now);
  return 50 + (50 * Math.tanh(1.8 * signal)) / Math.tanh(1.8);
}

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
      const restoredScore = await explained(second.url, symbolOf(before));

      await clearFaults(simulator.url);
      const after = await untilSnapshot(
        second.url,
        ({ sequence, sections }) => sequence > before.sequence && !sections.scores.stale,
      );
      expect(after.confluence_scores[0]?.score_history.length).toBeGreaterThan(0);
      const next = await until(async () => {
        const analysis = await explained(second.url, symbolOf(before));
        return analysis.as_of > restoredScore.as_of ? analysis : null;
      });
      if (next === null) {
        throw new Error("there was no refresh after the restart");
      }
      // The average goes on from the very document that was there before the restart.
      expect(next.contributions.before).toEqual(restoredScore.contributions.after);
      for (const analysis of [restoredScore, next]) {
        expect(Math.abs(recomputedScore(analysis) - analysis.score)).toBeLessThanOrEqual(0.01);
      }
      expect(next.method_version).toBe(2);
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
