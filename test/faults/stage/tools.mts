import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { lazy } from "@pulseboard/runtime";
import type { Tool } from "../contracts.mts";

/** What this machine has of the tools that some faults need. */
export interface StageTools {
  /** Path of libfaketime, or null. */
  readonly faketime: string | null;
  /** Path of the compiled disk shim, or null. */
  readonly shim: string | null;
  /** True if file systems may be mounted and the shim is there, which counts what they refuse. */
  readonly mounts: boolean;
  /** The tools that are missing, and why. */
  readonly missing: ReadonlyMap<Tool, string>;
}

const runFile = promisify(execFile);

/** Looks once per process: compiles the shim, and mounts and unmounts a file system for a try. */
const tools = lazy(async (): Promise<StageTools> => {
  const missing = new Map<Tool, string>();
  const noted = async <T,>(tool: Tool, work: Promise<T>): Promise<T | null> => {
    try {
      return await work;
    } catch (error) {
      missing.set(tool, error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  const faketime = await noted("faketime", findFaketime());
  const shim = await noted("shim", buildShim());
  const mounted = await noted("tmpfs", tryMount());
  if (shim === null && mounted !== null) {
    missing.set("tmpfs", "what a full disk refuses is counted by the shim, which is missing");
  }
  return { faketime, shim, mounts: !missing.has("tmpfs"), missing };
});

/** What this machine has of the tools that some faults need; faults whose tool is missing are to be skipped with its reason. */
export function stageTools(): Promise<StageTools> {
  return tools.get();
}

async function findFaketime(): Promise<string> {
  onLinuxOnly();
  const folders = await readdir("/usr/lib");
  for (const folder of folders) {
    // The plain one takes no locks and is not meant for programs with threads.
    const path = `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`;
    if (await exists(path)) {
      return path;
    }
  }
  throw new Error("libfaketime is not installed (Debian's package faketime)");
}

/** Compiles the shim, unless this version of it has been compiled before. */
async function buildShim(): Promise<string> {
  onLinuxOnly();
  const source = fileURLToPath(new URL("disk-shim.c", import.meta.url));
  const version = createHash("sha256")
    .update(await readFile(source))
    .digest("hex")
    .slice(0, 16);
  const folder = fileURLToPath(new URL("../../../node_modules/.cache/pulseboard", import.meta.url));
  const path = join(folder, `disk-shim-${version}.so`);
  if (await exists(path)) {
    return path;
  }
  await mkdir(folder, { recursive: true });
  const fresh = join(folder, `${randomUUID()}.so`);
  await runFile("gcc", ["-shared", "-fPIC", "-O2", "-o", fresh, source, "-ldl"]);
  await rename(fresh, path);
  return path;
}

async function tryMount(): Promise<void> {
  onLinuxOnly();
  const folder = await mkdtemp(join(tmpdir(), "pulseboard-mount-"));
  try {
    await runFile("mount", ["-t", "tmpfs", "-o", "size=64k", "pulseboard-try", folder]);
    await runFile("umount", [folder]);
  } finally {
    await rmdir(folder);
  }
}

function onLinuxOnly(): void {
  if (process.platform !== "linux") {
    throw new Error(`there is none for ${process.platform}`);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** True if what needs this tool is to be left out. Never under CI: there, the tool has to be installed. */
export function isSkipped({ missing }: StageTools, tool: Tool): boolean {
  return missing.has(tool) && process.env.CI === undefined;
}
