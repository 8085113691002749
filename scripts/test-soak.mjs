// Runs worker and server for half an hour with 50 symbols and a refresh every 6 s, breaks something every two minutes, and checks that
// memory, keys and logs do not grow, and that all promises are kept:
//   npm run test:soak
//   npm run test:soak -- --minutes 6 --seed 7    a short trial; memory is judged from 15 minutes on
//   npm run test:soak -- --only "a ban"              only faults whose names contain this
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureInstalled, installFaultTools, SERVICES } from "./lib/ensure-installed.mjs";
import { readOptions } from "./lib/read-options.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const report = `${root}reports/soak.json`;
const USAGE = "npm run test:soak -- [--minutes N] [--seed N] [--only NAME]";
/** From here on there is a second window to compare with the first. */
const JUDGES_MEMORY_FROM_MIN = 15;

const { values, wholeNumber } = readOptions("test:soak", USAGE, ["seed", "minutes", "only"]);
const minutes = wholeNumber("minutes", values.minutes ?? "30", 2, 1440);
const seed = wholeNumber("seed", values.seed ?? `${Math.floor(Math.random() * 1_000_000)}`, 0, 4_294_967_295);

await ensureInstalled(SERVICES.filter(({ program }) => program !== "nginx"));
await installFaultTools();
rmSync(report, { force: true });
console.log(`${minutes} minutes with seed ${seed}`);
const vitest = [`${root}node_modules/vitest/vitest.mjs`, "run", "--project", "soak"];
const child = spawn(process.execPath, vitest, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PULSEBOARD_SOAK: JSON.stringify({ seed, minutes, only: values.only ?? "" }) },
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.on(signal, () => child.kill(signal));
}
const code = await new Promise((resolve) => child.on("close", resolve));

/** @type {{ faults: readonly unknown[], failures: readonly string[] } | null} */
const result = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : null;
if (result === null) {
  console.log("soak failed: it has no result");
} else if (result.failures.length > 0 || code !== 0) {
  console.log(`soak failed: ${result.failures.join("; ") || "see above"} (seed ${seed}, ${minutes} min)`);
} else {
  const memory = minutes < JUDGES_MEMORY_FROM_MIN ? "; too short to judge memory" : "";
  console.log(`soak passed: ${minutes} min, ${result.faults.length} faults, seed ${seed}${memory}`);
}
process.exitCode = result !== null && result.failures.length === 0 && code === 0 ? 0 : 1;
