import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it } from "vitest";
import { createStagedClock } from "../faults/stage/clock.mts";
import { preloadEnvironment } from "../faults/stage/preload.mts";
import { isSkipped, stageTools } from "../faults/stage/tools.mts";
import { untilSnapshot } from "./support/ask.mts";
import { simulated, startPulseboard, startSimulatorProgram } from "./support/program.mts";

const MONTH_MS = 30 * 86_400_000;
/** Long enough for a refresh to fall into it. */
const WATCHED_MS = 6_000;

/** Asks both addresses side by side for a while; the longest waits, ms. */
async function longestWaits(urls: readonly string[]): Promise<readonly number[]> {
  const longest = urls.map(() => 0);
  const endMs = performance.now() + WATCHED_MS;
  while (performance.now() < endMs) {
    const asks = urls.map(async (url, index) => {
      const askedMs = performance.now();
      await (await fetch(url)).arrayBuffer();
      longest[index] = Math.max(longest[index] ?? 0, performance.now() - askedMs);
    });
    await Promise.all(asks);
    await delay(20);
  }
  return longest;
}

describe.skipIf(isSkipped(await stageTools(), "faketime"))("a wall clock that is set by a month", () => {
  it("holds up no request, and no refresh", async () => {
    const folder = await createTemporaryFolder();
    const clock = await createStagedClock(folder.path);
    const simulator = await startSimulatorProgram("--seed", "3", "--symbols", "8");
    // Its delays are the machine's.
    const bare = createServer((_request, response) => response.end("x")).listen(0, "127.0.0.1");
    await once(bare, "listening");
    const program = await startPulseboard({
      ...simulated(simulator.url, folder.path),
      ...preloadEnvironment([clock?.preload ?? null]),
      SYMBOL_COUNT: "5",
      REFRESH_CRON: "*/5 * * * * *",
    });
    try {
      let { sequence } = await untilSnapshot(program.url, ({ sections }) => sections.scores.received === 5);
      const urls = [
        `${program.url}/api/dashboard/mobile-data`,
        `http://127.0.0.1:${(bare.address() as AddressInfo).port}`,
      ];
      const beyondMachine = new Map<number, number[]>();
      // Twice each way, because one long wait may be the machine's. A process that catches up with a month is held each time.
      for (const offsetMs of [MONTH_MS, 0, MONTH_MS, 0]) {
        await clock?.set(offsetMs);
        const [waitMs = 0, machineMs = 0] = await longestWaits(urls);
        beyondMachine.set(offsetMs, [...(beyondMachine.get(offsetMs) ?? []), waitMs - machineMs]);
        const before = sequence;
        ({ sequence } = await untilSnapshot(program.url, (next) => next.sequence > before));
      }
      for (const waits of beyondMachine.values()) {
        expect(Math.min(...waits)).toBeLessThan(1_000);
      }
    } finally {
      await program.stop();
      await simulator.stop();
      bare.close();
      bare.closeAllConnections();
      await clock?.close();
      await folder.remove();
    }
  });
});
