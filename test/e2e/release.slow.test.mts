import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { describeReleaseRuns } from "./support/describe-release.mts";

/** The oldest that is supported, the newest of each line, and the newest of all. */
const VERSIONS = ["20.19", "22", "24", "latest"];

for (const version of VERSIONS) {
  const node = nodeOf(version);
  const missing = node === null ? ", which npm does not bring here" : "";
  describeReleaseRuns(`a release on Node ${version}${missing}`, { node, starts: 10 });
}

/** The program file of a version of Node, which npm keeps in its cache; null where it cannot be had. */
function nodeOf(version: string): string | null {
  const asked = ["-y", "-p", `node@${version}`, "node", "-p", "process.execPath"];
  const { status, stdout } = spawnSync("npx", asked, { cwd: tmpdir(), encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}
