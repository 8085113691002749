import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { systemClock } from "@pulseboard/runtime";
import { OPERATOR_EXIT } from "../operator/checks.ts";
import { DeployError } from "./deploy-error.ts";
import { type Layout, type Release, readRelease } from "./layout.ts";
import type { Ran } from "./run.ts";

/**
 * Compares a release's file with the checksum in the file beside it, NAME.tgz.sha256.
 *
 * @returns the checksum
 * @throws DeployError when there is no file or no checksum, or when they differ
 */
export async function checkReleaseFile(file: string): Promise<string> {
  const beside = `${file}.sha256`;
  for (const each of [file, beside]) {
    if (!existsSync(each)) {
      throw new DeployError(
        `${each} is missing: give the release's file, with its .sha256 beside it`,
        OPERATOR_EXIT.misused,
      );
    }
  }
  const expected = /^[0-9a-f]{64}(?=\s|$)/i.exec(readFileSync(beside, "utf8"))?.[0]?.toLowerCase();
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("hex");
  if (found !== expected) {
    throw new DeployError(
      `${basename(file)} has the SHA-256 ${found}, and ${basename(beside)} says ${expected ?? "none"}: copy both again`,
    );
  }
  return found;
}

const NO_SPACE = "No space left on device";

export interface UnpackOptions {
  readonly file: string;
  /** Where the folder with the release's name is made. */
  readonly into: string;
  readonly nowMs: number;
  readonly tar: (args: readonly string[]) => Promise<Ran>;
}

/**
 * Unpacks a release beside the others. It gets its name, VERSION-TIMESTAMP, only when it is whole.
 *
 * @throws DeployError when the file holds no release
 */
export async function unpackRelease({ file, into, nowMs, tar }: UnpackOptions): Promise<Release> {
  const making = join(into, `.unpacking-${process.pid}`);
  mkdirSync(making, { recursive: true });
  try {
    const { code, output } = await tar(["-xzf", file, "-C", making, "--no-same-owner"]);
    const [top, ...others] = readdirSync(making);
    const unpacked = top === undefined ? null : readRelease(join(making, top));
    if (code !== 0 || unpacked === null || others.length > 0) {
      const why =
        code === 0
          ? "its one folder must have package.json and dist/pulseboard.mjs"
          : (output.trim().split("\n")[0] ?? "");
      throw new DeployError(
        // A full disk has nothing to do with what the file holds; tar says it once for each of its files.
        output.includes(NO_SPACE)
          ? `there is no space left in ${into}: free some, and deploy again`
          : `${basename(file)} holds no release of Pulseboard: ${why}`,
      );
    }
    const folder = freeFolder(into, unpacked.version, nowMs);
    renameSync(unpacked.folder, folder);
    return { ...unpacked, name: basename(folder), folder };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** VERSION-TIMESTAMP, of a later second where a deploy that was cut off within this one has left its release. */
function freeFolder(into: string, version: string, nowMs: number): string {
  for (let ms = nowMs; ; ms += 1_000) {
    const stamp = new Date(ms).toISOString().replace(/[-:]|\.\d+Z$/g, "");
    const folder = join(into, `${version}-${stamp}`);
    if (!existsSync(folder)) {
      return folder;
    }
  }
}

/** How often, and how far apart, a folder is removed into which something is still written. */
const REMOVALS = 50;
const REMOVED_AGAIN_MS = 200;

/** Removes what an unpacking that was cut off has left. Its tar may outlive it, and fills the folder while it is removed. */
export async function removeHalfReleases({ releases }: Layout): Promise<void> {
  for (const name of readdirSync(releases).filter((each) => each.startsWith("."))) {
    for (let left = REMOVALS; ; left -= 1) {
      try {
        rmSync(join(releases, name), { recursive: true, force: true });
        break;
      } catch (error) {
        if (left <= 1 || !(error instanceof Error && "code" in error && error.code === "ENOTEMPTY")) {
          throw error;
        }
        await systemClock.sleep(REMOVED_AGAIN_MS);
      }
    }
  }
}
