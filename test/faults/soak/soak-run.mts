import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { failuresOf } from "./judge-soak.mts";
import { runSoak, type SoakOptions } from "./run-soak.mts";
import { soakPlot, soakTables } from "./soak-report.mts";

// Runs within Vitest, as all of the fault machine does; scripts/test-soak.mjs starts it.

const REPORTS = fileURLToPath(new URL("../../../reports/", import.meta.url));
const options = JSON.parse(process.env.PULSEBOARD_SOAK ?? "{}") as SoakOptions;

test(`${options.minutes} minutes`, { timeout: (options.minutes + 10) * 60_000 }, async () => {
  const result = await runSoak(options);
  const failures = failuresOf(result);
  await mkdir(REPORTS, { recursive: true });
  await writeFile(`${REPORTS}soak.json`, JSON.stringify({ ...result, failures }, null, 1));
  await writeFile(`${REPORTS}soak.svg`, soakPlot(result));
  const tables = soakTables(result);
  await writeFile(`${REPORTS}soak.md`, `${tables}\n`);
  console.log(tables);
  expect(failures).toEqual([]);
});
