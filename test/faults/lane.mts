import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CATALOGUE } from "./catalogue.mts";
import { drawPlan, FIXED_SEEDS, onlyNamed } from "./draw.mts";
import { runSeed } from "./run-seed.mts";
import { describeResult, REPORTS, writeResult } from "./seed-result.mts";

/** What scripts/test-faults.mjs asks for, as JSON; without it the fixed seeds run. */
interface FaultsRequest {
  readonly seed: number;
  readonly count: number;
  readonly only: string | null;
}

/** Registers every second seed as a test, so that two lanes share them. */
export async function registerLane(lane: 1 | 2): Promise<void> {
  const text = process.env.PULSEBOARD_FAULTS;
  const request: FaultsRequest | null = text === undefined ? null : JSON.parse(text);
  const seeds = request === null ? FIXED_SEEDS : Array.from({ length: request.count }, (_, i) => request.seed + i);
  const name = request?.only ?? "";
  const subjects = onlyNamed(CATALOGUE, name);
  if (subjects.every((faults) => faults.length === 0)) {
    await refuse(`No fault has a name that contains "${name}". There are:\n${namesOf(CATALOGUE)}`);
    return;
  }
  const mine = seeds.filter((_, index) => index % 2 === lane - 1);
  test.for(mine)("seed %i", async (seed, { skip }) => {
    const result = await runSeed(seed, drawPlan(seed, subjects));
    console.log(describeResult(result));
    await writeResult(result);
    expect(result.violations).toEqual([]);
    skip(result.outcome === "skipped", result.skipped.map(({ reason }) => reason).join("; "));
  });
}

/** For the script that has asked. */
async function refuse(why: string): Promise<void> {
  // Vitest would complain of a file without tests.
  test.skip("no seed");
  await mkdir(REPORTS, { recursive: true });
  await writeFile(join(REPORTS, "refused.txt"), why);
}

function namesOf(subjects: typeof CATALOGUE): string {
  return subjects
    .flat()
    .map(({ name }) => `  ${name}`)
    .join("\n");
}
