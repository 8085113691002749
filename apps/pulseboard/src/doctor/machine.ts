import { type Stats, statSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { dirname } from "node:path";
import type { Check } from "../operator/checks.ts";
import { failed, ok, warning } from "./verdicts.ts";
import { size } from "./words.ts";

/** The server takes 5000 connections, and needs files for itself. */
const OPEN_FILES = 5_500;
const MEGABYTE = 1_000_000;
/** A publication has some megabytes, and several are kept. */
const LEAST_DISK = 50 * MEGABYTE;
const COMFORTABLE_DISK = 500 * MEGABYTE;
/** A deploy has a second server running for some seconds. */
const COMFORTABLE_MEMORY = 200 * MEGABYTE;
const LEAST_MEMORY = 50 * MEGABYTE;
/** Of a worker: 162 MB were measured with 50 symbols; with 600, 365 MB of data and documents beside the 100 of the program. */
const WORKER_MEMORY = 130 * MEGABYTE;
const SYMBOL_MEMORY = 0.6 * MEGABYTE;

/** What the machine is like. Bytes; null where the system does not tell. */
export interface MachineReadings {
  readonly nodeVersion: string;
  /** Where DATA_DIR lies, or will; null when it cannot be known. */
  readonly disk:
    | { readonly path: string; readonly freeBytes: number }
    | { readonly path: string; readonly problem: string }
    | null;
  readonly totalBytes: number;
  readonly availableBytes: number;
  /** What PM2 lets one of worker and server grow to. */
  readonly limitBytes: number | null;
  /** SYMBOL_COUNT; null where the configuration cannot be read. */
  readonly symbolCount: number | null;
  readonly openFiles: number | null;
  /** Of the file that .env leads to; null without one. */
  readonly envFile: { readonly path: string; readonly mode: number } | null;
}

export interface MachineReadingOptions {
  readonly dataDir: string | null;
  readonly envPath: string | null;
  readonly limitBytes: number | null;
  readonly symbolCount: number | null;
}

export async function readMachine({
  dataDir,
  envPath,
  limitBytes,
  symbolCount,
}: MachineReadingOptions): Promise<MachineReadings> {
  // Of the cgroup, where there is one with a limit.
  const limit = process.constrainedMemory();
  const total = totalmem();
  const mode = envPath === null ? null : statSync(envPath, { throwIfNoEntry: false })?.mode;
  return {
    nodeVersion: process.versions.node,
    disk: dataDir === null ? null : await readDisk(dataDir),
    totalBytes: limit > 0 && limit < total ? limit : total,
    availableBytes: (await readProc("/proc/meminfo", /MemAvailable:\s*(\d+) kB/, 1024)) ?? freemem(),
    limitBytes,
    symbolCount,
    openFiles: await readProc("/proc/self/limits", /Max open files\s+(\d+)/, 1),
    envFile: envPath === null || mode == null ? null : { path: envPath, mode },
  };
}

/** One line for each thing. */
export function judgeMachine(seen: MachineReadings): readonly Check[] {
  return [judgeNode(seen), ...judgeDisk(seen), judgeMemory(seen), ...judgeFiles(seen), ...judgeRights(seen)];
}

function judgeNode({ nodeVersion }: MachineReadings): Check {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return isSupported
    ? ok("Node", nodeVersion)
    : failed("Node", { seen: nodeVersion, expected: "20.19, 22.12, 24 or newer", cure: "Install a newer Node." });
}

function judgeDisk({ disk }: MachineReadings): readonly Check[] {
  if (disk === null) {
    return [];
  }
  const name = "disk of DATA_DIR";
  if ("problem" in disk) {
    return [failed(name, { seen: `${disk.path}: ${disk.problem}`, cure: "Correct DATA_DIR, or the rights to it." })];
  }
  const seen = `${size(disk.freeBytes)} free at ${disk.path}`;
  if (disk.freeBytes >= COMFORTABLE_DISK) {
    return [ok(name, seen)];
  }
  const wrong = { seen, expected: `${size(COMFORTABLE_DISK)} or more`, cure: "Free some space, or move DATA_DIR." };
  return [disk.freeBytes < LEAST_DISK ? failed(name, wrong) : warning(name, wrong)];
}

function judgeMemory({ totalBytes, availableBytes, limitBytes, symbolCount }: MachineReadings): Check {
  const limits = limitBytes === null ? "" : `; PM2 lets a process grow to ${size(limitBytes)}`;
  const seen = `${size(availableBytes)} available of ${size(totalBytes)}${limits}`;
  if (availableBytes < COMFORTABLE_MEMORY) {
    const wrong = {
      seen,
      expected: `${size(COMFORTABLE_MEMORY)} or more for a deploy`,
      cure: "End other programs, or add memory.",
    };
    return availableBytes < LEAST_MEMORY ? failed("memory", wrong) : warning("memory", wrong);
  }
  const neededBytes = WORKER_MEMORY + (symbolCount ?? 0) * SYMBOL_MEMORY;
  if (limitBytes !== null && neededBytes > limitBytes) {
    const needed = `${size(neededBytes)} for the worker of ${symbolCount} symbols`;
    return warning("memory", { seen, expected: needed, cure: "Lower SYMBOL_COUNT, or add memory." });
  }
  return limitBytes !== null && limitBytes > totalBytes
    ? warning("memory", { seen, cure: "Lower the limits in ecosystem.config.js, or add memory." })
    : ok("memory", seen);
}

function judgeFiles({ openFiles }: MachineReadings): readonly Check[] {
  if (openFiles === null) {
    return [];
  }
  const wrong = {
    seen: String(openFiles),
    expected: `${OPEN_FILES} or more for the server's 5000 connections`,
    cure: "Raise the limit: ulimit -n, or LimitNOFILE in the unit that starts PM2.",
  };
  return [openFiles >= OPEN_FILES ? ok("open files", String(openFiles)) : warning("open files", wrong)];
}

function judgeRights({ envFile }: MachineReadings): readonly Check[] {
  if (envFile === null) {
    return [];
  }
  const name = "rights of .env";
  const rights = (envFile.mode & 0o777).toString(8).padStart(4, "0");
  const wrong = { seen: `${rights}: others can read it`, expected: "0600", cure: `Run chmod 600 ${envFile.path}.` };
  return [(envFile.mode & 0o007) === 0 ? ok(name, rights) : warning(name, wrong)];
}

async function readProc(path: string, pattern: RegExp, unit: number): Promise<number | null> {
  // Only Linux has it.
  const text = await readFile(path, "utf8").catch(() => "");
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found) * unit;
}

/** Of the folder itself, or of the nearest one above it while it is not made yet. */
async function readDisk(path: string): Promise<MachineReadings["disk"]> {
  try {
    const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined && dirname(path) !== path) {
      const above = await readDisk(dirname(path));
      return above === null || "problem" in above ? above : { ...above, path };
    }
    if (stats?.isDirectory() === false) {
      return { path, problem: "it is no folder" };
    }
    const { bavail, bsize } = await statfs(path);
    return { path, freeBytes: bavail * bsize };
  } catch (error) {
    return { path, problem: error instanceof Error ? error.message : String(error) };
  }
}
