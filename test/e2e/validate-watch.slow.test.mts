import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askSnapshot } from "./support/ask.mts";
import { clearFaults, setFault } from "./support/faults.mts";
import { startProgram } from "./support/program.mts";
import { type Demo, startShortPeriodDemo } from "./support/short-period-demo.mts";
import { watchThroughFault } from "./support/watch-through-fault.mts";

let demo: Demo;

beforeAll(async () => {
  demo = await startShortPeriodDemo();
});

afterAll(() => demo?.stop());

describe("pulseboard validate --watch 2m", () => {
  it("reports the time without an answer to a sample", async () => {
    const fault = { watch: "2m", everyS: 2, afterMs: 20_000, forMs: 45_000 };
    const { code, tookS, changes, end } = await watchThroughFault(demo.url, fault);
    expect(changes.some(({ name, verdict }) => name === "answers" && verdict === "failed")).toBe(true);
    expect(end).toMatchObject({ exit_code: 1, samples: 60 });
    expect(end?.error_share).toBeGreaterThan(0.2);
    expect(Math.abs((end?.longest_gap_s ?? 0) - tookS)).toBeLessThanOrEqual(2);
    expect(code).toBe(1);
  });

  it("reports the time with a stale snapshot to a sample", async () => {
    const program = startProgram("validate", [demo.url, "--watch", "2m", "--every", "2s", "--json"], {});
    await program.printed(/"event":"change"/);
    await setFault(demo.simulatorUrl, "*", "http_503");
    const staleS = await longestStaleness(demo.url, 75_000, () => clearFaults(demo.simulatorUrl));
    const code = await program.ended();
    const end = JSON.parse(program.output().trim().split("\n").at(-1) ?? "");
    expect(program.output()).toMatch(/"name":"freshness","verdict":"failed","seen":"the snapshot is stale/);
    expect(end).toMatchObject({ exit_code: 1, error_share: 0 });
    expect(Math.abs(end.longest_gap_s - staleS)).toBeLessThanOrEqual(2);
    expect(code).toBe(1);
  });
});

/** Asks again and again; the fault is lifted after half of the time. */
async function longestStaleness(url: string, forMs: number, lift: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  let staleSinceMs: number | null = null;
  let staleMs = 0;
  let isLifted = false;
  while (performance.now() - startedMs < forMs) {
    const nowMs = performance.now();
    if ((await askSnapshot(url)).stale) {
      staleSinceMs ??= nowMs;
    } else if (staleSinceMs !== null) {
      staleMs = nowMs - staleSinceMs;
      break;
    }
    if (!isLifted && nowMs - startedMs > forMs / 2) {
      isLifted = true;
      await lift();
    }
    await delay(100);
  }
  return staleMs / 1000;
}
