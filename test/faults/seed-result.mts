import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Stage, Timeline, Violation } from "./contracts.mts";
import { copyFolder } from "./stage/copy-folder.mts";

/** The outcome of a seed, as plain JSON. */
export interface SeedResult {
  readonly seed: number;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Moments after the watchers had begun, ms. */
  readonly faults: readonly {
    readonly name: string;
    readonly beganMs: number;
    readonly endedMs: number;
    readonly touched: number;
  }[];
  /** Faults that this machine has no tool for. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** From the start of the stage to its first full publication, ms. */
  readonly inOrderAfterMs: number | null;
  /** From the end of the last fault until everything was in order again, ms; null if that never came. */
  readonly recoveryMs: number | null;
  /** Within which data must be fresh after the faults, ms, and what that is made of. */
  readonly bound: { readonly ms: number; readonly what: string };
  /** What the watchers measured, in sentences. */
  readonly facts: readonly string[];
  readonly violations: readonly Violation[];
  readonly tookMs: number;
}

/** Where results and evidence of this run lie. */
export const REPORTS = fileURLToPath(new URL("../../reports/faults/", import.meta.url));

const evidenceFolder = (seed: number): string => join(REPORTS, `seed-${seed}`);

/** One line for a seed that passed; what was broken follows for one that failed. */
export function describeResult(result: SeedResult): string {
  const faults = result.faults.map(
    ({ name, beganMs, endedMs, touched }) => `${name} (${seconds(beganMs)} to ${seconds(endedMs)}, touched ${touched})`,
  );
  const skipped = result.skipped.map(({ name, reason }) => `${name} (skipped: ${reason})`);
  if (result.outcome === "skipped") {
    return `seed ${result.seed}: ${skipped.join(", ")}`;
  }
  const recovery = result.recoveryMs === null ? "not recovered" : `recovered in ${result.recoveryMs} ms`;
  const line =
    `seed ${result.seed}: ${[...faults, ...skipped].join(", ")}; ` +
    `${recovery}, bound ${result.bound.ms} ms (${result.bound.what}); ${result.outcome} in ${seconds(result.tookMs)}`;
  if (result.violations.length === 0) {
    return line;
  }
  const broken = result.violations.map(({ invariant, what }) => `  ${invariant}: ${what}`);
  const facts = result.facts.map((fact) => `  (${fact})`);
  return [line, ...broken, ...facts, `  evidence: ${evidenceFolder(result.seed)}`].join("\n");
}

/** Keeps the logs, the stores' files and the harness's record of a stage, for whoever has to mend it. */
export async function keepEvidence(stage: Stage, timeline: Timeline): Promise<void> {
  const folder = evidenceFolder(stage.seed);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await copyFolder(stage.disk.logDir, folder);
  await copyFolder(stage.disk.dataDir, join(folder, "data"));
  await writeFile(join(folder, "simulator.log"), stage.processes.simulator.output());
  const readyz = await fetch(`${stage.serverUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.text(),
    (error: unknown) => String(error),
  );
  const stats = await stage.simulator.stats().catch((error: unknown) => String(error));
  const wallTime = (ms: number | null): string | null =>
    ms === null ? null : new Date(performance.timeOrigin + ms).toISOString();
  const record = {
    seed: stage.seed,
    faults: timeline.faults.map(({ fault, beganMs, endedMs }) => ({
      name: fault.name,
      began: wallTime(beganMs),
      ended: wallTime(endedMs),
    })),
    serverAway: timeline.serverAway.map(({ fromMs, toMs }) => ({ from: wallTime(fromMs), to: wallTime(toMs) })),
    clockSets: timeline.clockSets.map(wallTime),
    readyz,
    stats,
  };
  await writeFile(join(folder, "record.json"), JSON.stringify(record, null, 2));
}

/** Adds a result to those of this run. */
export async function writeResult(result: SeedResult): Promise<void> {
  const file = join(REPORTS, "results", `${result.seed}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(result));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
