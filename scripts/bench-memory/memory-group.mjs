// A cgroup that bounds and counts the memory of several processes together, as a small machine would.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * @typedef {object} MemoryGroup
 * @property {string} procs the file that takes the ids of its processes
 * @property {() => number} usedMb memory without page cache, MB: a file that was read is counted only while it is mapped, and code that
 *   several processes map is counted once
 * @property {() => number} kills how many processes the kernel has ended because the group was full
 * @property {() => readonly number[]} members
 * @property {() => Promise<void>} remove ends what is left in it
 */

const MB = 1024 * 1024;

/** @param {number} limitMb @returns {MemoryGroup | string} a string says why there can be none */
export function createMemoryGroup(limitMb) {
  const name = `pulseboard-memory-${process.pid}`;
  try {
    return existsSync("/sys/fs/cgroup/memory/memory.stat") ? firstVersion(name, limitMb) : secondVersion(name, limitMb);
  } catch (error) {
    return `no cgroup with a limit can be made here: ${error instanceof Error ? error.message : error}`;
  }
}

/** @param {string} name @param {number} limitMb @returns {MemoryGroup} */
function firstVersion(name, limitMb) {
  const folder = join("/sys/fs/cgroup/memory", name);
  mkdirSync(folder);
  writeFileSync(join(folder, "memory.limit_in_bytes"), `${limitMb * MB}`);
  return group(folder, {
    used: (stat) => (stat.get("total_rss") ?? 0) + (stat.get("total_mapped_file") ?? 0),
    killsIn: "memory.oom_control",
  });
}

/** @param {string} name @param {number} limitMb @returns {MemoryGroup} */
function secondVersion(name, limitMb) {
  const root = "/sys/fs/cgroup";
  if (!existsSync(join(root, "cgroup.controllers"))) {
    throw new Error(`${root} is no cgroup file system`);
  }
  writeFileSync(join(root, "cgroup.subtree_control"), "+memory");
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "memory.max"), `${limitMb * MB}`);
  if (existsSync(join(folder, "memory.swap.max"))) {
    writeFileSync(join(folder, "memory.swap.max"), "0");
  }
  return group(folder, {
    used: (stat) => (stat.get("anon") ?? 0) + (stat.get("file_mapped") ?? 0),
    killsIn: "memory.events",
  });
}

/**
 * @param {string} folder
 * @param {{ used: (stat: ReadonlyMap<string, number>) => number, killsIn: string }} version
 * @returns {MemoryGroup}
 */
function group(folder, { used, killsIn }) {
  /** @param {string} file */
  const figures = (file) =>
    new Map(
      readFileSync(join(folder, file), "utf8")
        .trim()
        .split("\n")
        .map((line) => /** @type {[string, number]} */ ([line.split(" ")[0], Number(line.split(" ")[1])])),
    );
  const procs = join(folder, "cgroup.procs");
  const members = () =>
    readFileSync(procs, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map(Number);
  return {
    procs,
    usedMb: () => used(figures("memory.stat")) / MB,
    kills: () => figures(killsIn).get("oom_kill") ?? 0,
    members,
    remove: async () => {
      for (let attempt = 0; attempt < 50 && members().length > 0; attempt++) {
        for (const pid of members()) {
          try {
            process.kill(pid, "SIGKILL");
          } catch {
            // It has just ended.
          }
        }
        await delay(100);
      }
      rmdirSync(folder);
    },
  };
}
