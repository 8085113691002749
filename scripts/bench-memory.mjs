// `npm run bench:memory`: measures what worker, server, PM2 and Redis use together in a cgroup of 512 MB, at 50 symbols, and while a
// deploy has a second server running. Options: --release FILE (by default one that is made now), --node PATH, --minutes N.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureMemory } from "./bench-memory/measure.mjs";
import { createMemoryGroup } from "./bench-memory/memory-group.mjs";
import { readOptions } from "./lib/read-options.mjs";
import { makeRelease } from "./release/make-release.mjs";

const LIMIT_MB = 512;
/** What must be kept: the rest of a machine of 512 MB is for its system. */
const STEADY_MB = 320;
const DEPLOY_MB = 440;
const CANNOT_LOOK = 3;

const { values, wholeNumber } = readOptions(
  "bench:memory",
  "usage: npm run bench:memory -- [--release FILE] [--node PATH] [--minutes N]",
  ["release", "node", "minutes"],
);
const minutes = wholeNumber("minutes", values.minutes ?? "10", 1, 60);
const node = values.node ?? process.execPath;
const folder = mkdtempSync(join(tmpdir(), "pulseboard-release-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const root = fileURLToPath(new URL("..", import.meta.url));
const file = values.release ?? (await makeRelease({ root, folder: join(folder, "made") })).file;
execFileSync("tar", ["-xzf", file, "-C", folder]);
const unpacked = readdirSync(folder).find((name) => name.startsWith("pulseboard-")) ?? "";
const group = createMemoryGroup(LIMIT_MB);
if (typeof group === "string") {
  console.log(`skipped: ${group}`);
  process.exit(CANNOT_LOOK);
}
const { phases, largestMb, answered, failed } = await measureMemory({
  group,
  node,
  release: join(folder, unpacked),
  steadyMs: minutes * 60_000,
  deployMs: 30_000,
});
console.log(`${node}, ${cpus()[0]?.model}, a cgroup of ${LIMIT_MB} MB, ${minutes} min\n`);
console.log("| phase | mean MB | most MB | aim |\n|---|---|---|---|");
const rows = phases.map((phase, index) => ({ ...phase, aimMb: index === 0 ? STEADY_MB : DEPLOY_MB }));
for (const { name, meanMb, maxMb, aimMb } of rows) {
  console.log(`| ${name} | ${meanMb} | ${maxMb} | ${aimMb} |`);
}
console.log(`\nlargest RSS, MB: ${JSON.stringify(largestMb)}; ${answered} answers, ${failed} failed`);
process.exitCode = failed === 0 && rows.every(({ maxMb, aimMb }) => maxMb < aimMb) ? 0 : 1;
