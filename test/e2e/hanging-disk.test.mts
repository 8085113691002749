import { describe, expect, it } from "vitest";
import { createStagedDisk } from "../faults/stage/disk.mts";
import { preloadEnvironment } from "../faults/stage/preload.mts";
import { isSkipped, stageTools } from "../faults/stage/tools.mts";
import { untilSnapshot } from "./support/ask.mts";
import { simulated, startPulseboard, startSimulatorProgram } from "./support/program.mts";

describe.skipIf(isSkipped(await stageTools(), "shim"))("a disk that hangs from before the start on", () => {
  it("leaves refreshes, answers and the resolving of names alone, and the end of the process within its grace", async () => {
    const disk = await createStagedDisk();
    const simulator = await startSimulatorProgram("--seed", "3", "--symbols", "8");
    await disk.calls("hang");
    // A name is resolved in the same few threads in which calls to the disk hang.
    const url = simulator.url.replace("127.0.0.1", "localhost");
    const program = await startPulseboard({
      ...simulated(url, disk.dataDir),
      ...preloadEnvironment([disk.preload]),
      SYMBOL_COUNT: "5",
      REFRESH_CRON: "*/6 * * * * *",
    });
    try {
      const first = await untilSnapshot(program.url, ({ sections }) => sections.scores.received === 5);
      await untilSnapshot(program.url, ({ sequence }) => sequence > first.sequence);
      expect(await disk.touched("data")).toBeGreaterThan(0);

      await program.stop("SIGTERM");
      expect(program.process.signalCode).toBe("SIGKILL");
      expect(program.output()).toContain("ending by SIGKILL");
    } finally {
      await program.stop("SIGKILL");
      await simulator.stop();
      await disk.close();
    }
  });
});
