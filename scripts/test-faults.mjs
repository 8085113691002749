// Breaks the running program in drawn ways, and checks that it keeps its promises:
//   npm run test:faults                                  200 seeds, from a drawn one on
//   npm run test:faults -- --seed 7 --count 1            one seed again
//   npm run test:faults -- --only "kill redis"           only faults whose names contain this
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureInstalled, installFaultTools, SERVICES } from "./lib/ensure-installed.mjs";
import { readOptions } from "./lib/read-options.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const reports = `${root}reports/faults`;
/** Where the reports of the run before lie until it is known that there is something to run. */
const formerReports = `${reports}.before`;
const USAGE = "npm run test:faults -- [--seed N] [--count M] [--only NAME]";
const MOST_SEEDS = 100_000;
/** Every seed fits into 32 bits. */
const HIGHEST_SEED = 4_294_967_295 - MOST_SEEDS;

/** @typedef {import("../test/faults/seed-result.mts").SeedResult} SeedResult */

/** @returns {SeedResult[]} */
function readResults() {
  const folder = `${reports}/results`;
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .map((file) => JSON.parse(readFileSync(`${folder}/${file}`, "utf8")))
    .sort((/** @type {SeedResult} */ a, /** @type {SeedResult} */ b) => a.seed - b.seed);
}

/** How often each fault ran, and how the seeds that it was in ended. @param {SeedResult[]} results */
function countByFault(results) {
  /** @type {Map<string, { runs: number, passed: number, failed: number, skipped: number, longestRecoveryMs: number }>} */
  const counts = new Map();
  const countOf = (/** @type {string} */ name) => {
    const count = counts.get(name) ?? { runs: 0, passed: 0, failed: 0, skipped: 0, longestRecoveryMs: 0 };
    counts.set(name, count);
    return count;
  };
  for (const { faults, skipped, violations, recoveryMs } of results) {
    for (const { name } of faults) {
      const count = countOf(name);
      count.runs += 1;
      count[violations.length === 0 ? "passed" : "failed"] += 1;
      count.longestRecoveryMs = Math.max(count.longestRecoveryMs, recoveryMs ?? 0);
    }
    for (const { name } of skipped) {
      countOf(name).skipped += 1;
    }
  }
  return [...counts].map(([name, count]) => ({ name, ...count })).sort((a, b) => a.name.localeCompare(b.name));
}

const { values, wholeNumber, refuse } = readOptions("test:faults", USAGE, ["seed", "count", "only"]);
const drawn = Math.floor(Math.random() * 1_000_000);
const seed = values.seed === undefined ? drawn : wholeNumber("seed", values.seed, 0, HIGHEST_SEED);
const count = wholeNumber("count", values.count ?? "200", 1, MOST_SEEDS);
const only = values.only ?? null;
if (only === "") {
  refuse("--only needs a part of a fault's name");
}

await ensureInstalled(SERVICES.filter(({ program }) => program !== "nginx"));
await installFaultTools();
rmSync(formerReports, { recursive: true, force: true });
if (existsSync(reports)) {
  renameSync(reports, formerReports);
}
mkdirSync(reports, { recursive: true });
const startedMs = performance.now();
console.log(
  `${count} ${count === 1 ? "seed" : "seeds"} from ${seed} on${only === null ? "" : `, only faults like "${only}"`}`,
);

// One seed needs one lane.
const lanes = count === 1 ? ["test/faults/lane-1"] : ["test/faults/lane"];
const vitest = [`${root}node_modules/vitest/vitest.mjs`, "run", "--project", "faults", ...lanes];
const child = spawn(process.execPath, vitest, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PULSEBOARD_FAULTS: JSON.stringify({ seed, count, only }) },
});
let wasInterrupted = false;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.on(signal, () => {
    wasInterrupted = true;
    child.kill(signal);
  });
}
const code = await new Promise((resolve) => child.on("close", resolve));

// Only the lanes know the names of the faults.
if (existsSync(`${reports}/refused.txt`)) {
  const why = readFileSync(`${reports}/refused.txt`, "utf8");
  rmSync(reports, { recursive: true });
  if (existsSync(formerReports)) {
    renameSync(formerReports, reports);
  }
  refuse(why);
}
rmSync(formerReports, { recursive: true, force: true });
const results = readResults();
const tookS = (performance.now() - startedMs) / 1000;
const outcomes = { passed: 0, failed: 0, skipped: 0 };
for (const { outcome } of results) {
  outcomes[outcome] += 1;
}
const missing = count - results.length;
const failedSeeds = results.filter(({ outcome }) => outcome === "failed").map((result) => result.seed);
writeFileSync(
  `${root}reports/faults.json`,
  JSON.stringify({ seed, count, only, ...outcomes, failedSeeds, tookS, faults: countByFault(results) }, null, 2),
);
for (const failed of failedSeeds) {
  const again = only === null ? "" : ` --only ${JSON.stringify(only)}`;
  console.log(`again: npm run test:faults -- --seed ${failed} --count 1${again}`);
}
const reasons = new Set(results.flatMap(({ skipped }) => skipped.map(({ name, reason }) => `${name}: ${reason}`)));
for (const reason of reasons) {
  console.log(`skipped ${reason}`);
}
const { passed, failed, skipped } = outcomes;
const took = tookS < 120 ? `${tookS.toFixed(0)} s` : `${(tookS / 60).toFixed(0)} min`;
const seeds = passed === 1 ? "seed" : "seeds";
const lost = missing > 0 ? `, ${missing} not run` : "";
console.log(
  `${passed} ${seeds} passed, ${failed} failed, ${skipped} skipped${lost}: seeds ${seed} to ${seed + count - 1} in ${took}`,
);
process.exitCode = code === 0 && failed === 0 && missing === 0 && !wasInterrupted ? 0 : 1;
