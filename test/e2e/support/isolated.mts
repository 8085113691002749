import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Program, ROOT, startCommand } from "./program.mts";

/** nobody, on every Linux. */
const USER = 65_534;
/**
 * Covers the checkout with an empty folder, puts Node where that user may run it, and becomes the user. Each step replaces the one
 * before, so that signals reach the program.
 */
const COVER = `set -e
if [ "$4" = offline ]; then ip link set lo up; fi
mount -t tmpfs none "$1"
mount --bind "$2" "$3"
shift 4
exec setpriv --reuid=${USER} --regid=${USER} --clear-groups "$@"`;

/** Why programs cannot be kept from the checkout here; null where they can. */
export const notIsolated: string | null =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync("unshare", [
    "--mount",
    "--net",
    "sh",
    "-c",
    `ip link set lo up && mount -t tmpfs none "${ROOT}" && setpriv --reuid=${USER} true`,
  ]).status === 0
    ? null
    : "needs Linux, root, ip, and the right to mount";

/** A machine of its own, nearly: a user with one folder, a Node, and no checkout. */
export interface Isolated {
  /** The user's own folder. */
  readonly home: string;
  /** Starts a program that is found there or on the PATH; where nothing can be isolated, as this user. */
  start(command: readonly string[], env?: Readonly<Record<string, string>>): Program;
  /** The same with no network but 127.0.0.1, and that one its own; where nothing can be isolated, with the machine's. */
  startOffline(command: readonly string[]): Program;
}

/** @param folder an empty folder, which others may read from now on @param node the Node that `node` is */
export function isolate(folder: string, node = process.execPath): Isolated {
  const home = join(folder, "home");
  const bin = join(folder, "bin");
  mkdirSync(home);
  mkdirSync(bin);
  chmodSync(folder, 0o755);
  writeFileSync(join(bin, "node"), notIsolated === null ? "" : `#!/bin/sh\nexec "${node}" "$@"\n`, { mode: 0o755 });
  if (notIsolated === null) {
    chownSync(home, USER, USER);
  }
  const start = (network: "online" | "offline", command: readonly string[], env: Readonly<Record<string, string>>) => {
    const spaces = network === "offline" ? ["--mount", "--net"] : ["--mount"];
    const covered = ["unshare", ...spaces, "sh", "-c", COVER, "sh", ROOT, node, join(bin, "node"), network];
    return startCommand(command.join(" "), [...(notIsolated === null ? covered : []), ...command], {
      HOME: home,
      WORKING_DIRECTORY: home,
      ...env,
      PATH: `${bin}:/usr/bin:/bin`,
    });
  };
  return {
    home,
    start: (command, env = {}) => start("online", command, env),
    startOffline: (command) => start("offline", command, {}),
  };
}
