// Lints, type-checks and runs every test, and closes with the one line "N passed, N failed".
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BROWSER, ensureInstalled, SERVICES } from "./lib/ensure-installed.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const report = `${root}reports/vitest.json`;

/** @param {string} name @param {string[]} args @returns {Promise<boolean>} whether it ended with 0 */
function step(name, args) {
  console.log(`\n== ${name}`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    child.on("close", (code) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      resolve(code === 0);
    });
  });
}

const bin = `${root}node_modules`;
mkdirSync(`${root}reports`, { recursive: true });
rmSync(report, { force: true });

await ensureInstalled([...SERVICES, BROWSER]);
const linted = await step("lint and format", [`${bin}/@biomejs/biome/bin/biome`, "check", "--colors=off"]);
// `tsc -b` was run by setup; the tests and scripts are checked here, against the built types.
const typed = await step("types of tests and scripts", [`${bin}/typescript/bin/tsc`, "-p", "tsconfig.json"]);
const tested = await step("tests", [
  `${bin}/vitest/vitest.mjs`,
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);

// A report that is missing means that the run itself broke: that is a failure too.
const counts = existsSync(report)
  ? JSON.parse(readFileSync(report, "utf8"))
  : { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, success: false };
const broken = [linted, typed].filter((ok) => !ok).length;
const suiteFailed = !tested && counts.numFailedTests === 0 ? 1 : 0;
const passed = counts.numPassedTests + (2 - broken);
const failed = counts.numFailedTests + broken + suiteFailed;
const skipped = counts.numPendingTests > 0 ? `, ${counts.numPendingTests} skipped` : "";
console.log(`\n${passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 && tested ? 0 : 1;
