// Checks and tests the code, and closes with the one line "N passed, N failed".
//   npm test             lint, types, unused code, and tests of everything that users rely on; arguments are passed to Vitest
//   npm run test:quick   lint, types, and the unit tests of what has changed
//   npm run test:all     npm test with the slow suites, and with many cases in each property test
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BROWSER, ensureInstalled, installFaultTools, installRecipeTools, SERVICES } from "./lib/ensure-installed.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = `${root}node_modules`;
const report = `${root}reports/vitest.json`;

const args = process.argv.slice(2);
const kind = args[0] === "--quick" || args[0] === "--all" ? args.shift() : null;

/**
 * @param {string} name @param {string[]} command for Node
 * @param {{ quiet?: boolean }} options quiet: its output is shown when it has ended, so that several can run at a time
 * @returns {Promise<boolean>} whether it ended with 0
 */
function step(name, command, { quiet = false } = {}) {
  const startedMs = performance.now();
  if (!quiet) {
    console.log(`\n== ${name}`);
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: quiet ? "pipe" : "inherit" });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (/** @type {Buffer} */ chunk) => {
        output += chunk;
      });
    }
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    child.on("close", (code) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      const took = `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
      console.log(quiet ? `\n== ${name} (${took})\n${output.trimEnd()}` : `\n${name}: ${took}`);
      resolve(code === 0);
    });
  });
}

/** @param {string[]} gitArgs @returns {string} empty where git fails, as without a repository or an upstream branch */
function git(...gitArgs) {
  const { status, stdout } = spawnSync("git", gitArgs, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : "";
}

/** @returns {string[] | null} the arguments of Vitest in a quick run; null when nothing has changed */
function changedSinceUpstream() {
  const base = git("merge-base", "HEAD", "@{upstream}") || "HEAD";
  const changed = git("diff", "--name-only", base) + git("ls-files", "--others", "--exclude-standard");
  return changed === "" ? null : ["--changed", base, "--project", "unit", "--passWithNoTests"];
}

const started = performance.now();
mkdirSync(`${root}reports`, { recursive: true });
rmSync(report, { force: true });

if (kind !== "--quick") {
  await ensureInstalled([...SERVICES, BROWSER]);
  await installFaultTools();
  await installRecipeTools();
}
const unused = () =>
  step("unused files, exports and dependencies", [`${bin}/knip/bin/knip.js`, "--no-progress"], { quiet: true });
const checks = await Promise.all([
  step("lint and format", [`${bin}/@biomejs/biome/bin/biome`, "check", "--colors=off"], { quiet: true }),
  // Setup has run `tsc -b`; the tests and scripts are checked here, against the built types.
  step("types of tests and scripts", [`${bin}/typescript/bin/tsc`, "-p", "tsconfig.json"], { quiet: true }),
  ...(kind === "--quick" ? [] : [unused()]),
]);

const selection = kind === "--quick" ? changedSinceUpstream() : kind === "--all" ? ["--mode", "all"] : [];
let tested = true;
if (selection === null) {
  console.log("\nNothing has changed since the upstream branch: no tests to run.");
} else {
  tested = await step("tests", [
    `${bin}/vitest/vitest.mjs`,
    "run",
    ...selection,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...args,
  ]);
}

const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
const counts = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : none;
const broken = checks.filter((ok) => !ok).length;
// Vitest also fails without a failed test: when a suite cannot be loaded, or when the run itself breaks.
const suiteFailed = !tested && counts.numFailedTests === 0 ? 1 : 0;
const passed = counts.numPassedTests + checks.length - broken;
const failed = counts.numFailedTests + broken + suiteFailed;
const skipped = counts.numPendingTests > 0 ? `, ${counts.numPendingTests} skipped` : "";
console.log(`\nin ${((performance.now() - started) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 && tested ? 0 : 1;
