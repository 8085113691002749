import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makeRelease } from "../../../scripts/release/make-release.mjs";
import { ROOT } from "./program.mts";

const CACHE = join(ROOT, "node_modules/.cache/pulseboard/releases");
/** Another test that makes it has ended by then, or was killed. */
const MADE_WITHIN_MS = 120_000;
/** All that a release is made of, but for libraries, which the lock file names. */
const SOURCES = [
  ...["apps", "packages"].flatMap((top) => readdirSync(join(ROOT, top)).map((name) => `${top}/${name}/dist`)),
  ...[
    "scripts/release",
    "scripts/lib/supported-node.mjs",
    "docs",
    "deploy",
    ".env.example",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
  ],
  ...["ecosystem.config.js", "package.json", "package-lock.json"],
];

export interface BuiltRelease {
  /** pulseboard-VERSION.tgz; its checksum lies beside it. */
  readonly file: string;
  readonly version: string;
}

/** The release of the programs as they are built, which the first test that asks for it makes for all. */
export async function builtRelease(): Promise<BuiltRelease> {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
  const key = hashOf(SOURCES);
  const folder = join(CACHE, key);
  const release = { file: join(folder, `pulseboard-${version}.tgz`), version };
  const lock = `${folder}.lock`;
  mkdirSync(CACHE, { recursive: true });
  const giveUpMs = performance.now() + MADE_WITHIN_MS;
  while (!existsSync(folder)) {
    if (!takes(lock)) {
      if (performance.now() > giveUpMs) {
        rmSync(lock, { recursive: true, force: true });
      }
      await delay(100);
      continue;
    }
    try {
      for (const old of readdirSync(CACHE).filter((name) => /^[0-9a-f]{16}$/.test(name))) {
        rmSync(join(CACHE, old), { recursive: true });
      }
      await makeRelease({ root: ROOT, folder: join(lock, "made") });
      renameSync(join(lock, "made"), folder);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return release;
}

/** Unpacks it as an operator does. @returns the folder of the release, `parent`/pulseboard-VERSION */
export function unpack({ file, version }: BuiltRelease, parent: string): string {
  execFileSync("tar", ["-xzf", file, "-C", parent]);
  return join(parent, `pulseboard-${version}`);
}

/** Whether this process may make it: of several that ask, one. */
function takes(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesAt).sort()) {
    hash.update(`\n${path}\n`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

function filesAt(path: string): readonly string[] {
  const full = join(ROOT, path);
  if (!existsSync(full)) {
    return [];
  }
  if (statSync(full).isFile()) {
    return [full];
  }
  const entries = readdirSync(full, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !/\.(?:map|d\.ts|tsbuildinfo)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
