import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";

/** The oldest that is supported, and the newest of each line. */
export const SUPPORTED_NODES = ["20.19", "22", "24"] as const;

/** The program file of a version of Node, which npm keeps in its cache; null where it cannot be had. */
export function nodeOf(version: string): string | null {
  const asked = ["-y", "-p", `node@${version}`, "node", "-p", "process.execPath"];
  const { status, stdout } = spawnSync("npx", asked, { cwd: tmpdir(), encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}
