// Makes the file of a release, and its checksum.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { assembleRelease } from "./assemble.mjs";

const MB = 1_000_000;
/** A release must stay small: it is copied to a small machine, and kept there five times. */
const LIMITS = { unpackedBytes: 20 * MB, packedBytes: 6 * MB, files: 400 };

/**
 * Makes `pulseboard-VERSION.tgz` and `pulseboard-VERSION.tgz.sha256` in a folder.
 *
 * @param {{ root: string, folder: string }} places `root` is the checkout, built
 * @returns {Promise<{ file: string, sha256: string, version: string, commit: string, files: number, unpackedBytes: number, packedBytes: number }>}
 * @throws Error when something cannot be in a release, or it is too large
 */
export async function makeRelease({ root, folder }) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  // Setup writes it.
  const commitFile = join(root, "apps/pulseboard/dist/commit");
  const commit = existsSync(commitFile) ? readFileSync(commitFile, "utf8") : "unknown";
  mkdirSync(folder, { recursive: true });
  // Only what is whole gets its name.
  const work = mkdtempSync(join(folder, ".making-"));
  try {
    const top = `pulseboard-${version}`;
    await assembleRelease({ root, folder: join(work, top), commit });
    const { files, unpackedBytes } = measure(join(work, top));
    const packed = join(work, `${top}.tgz`);
    pack(work, top, packed);
    const packedBytes = statSync(packed).size;
    refuseTooLarge({ files, unpackedBytes, packedBytes });
    const sha256 = createHash("sha256").update(readFileSync(packed)).digest("hex");
    writeFileSync(`${packed}.sha256`, `${sha256}  ${basename(packed)}\n`);
    const file = join(folder, `${top}.tgz`);
    renameSync(packed, file);
    renameSync(`${packed}.sha256`, `${file}.sha256`);
    return { file, sha256, version, commit, files, unpackedBytes, packedBytes };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The same files make the same archive: sorted, of nobody, readable by all, without times. */
function pack(/** @type {string} */ folder, /** @type {string} */ top, /** @type {string} */ file) {
  const same = [
    "--sort=name",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mtime=2000-01-01 00:00Z",
    "--mode=u=rwX,go=rX",
  ];
  const tar = execFileSync("tar", ["--format=gnu", ...same, "-C", folder, "-cf", "-", top], { maxBuffer: 100 * MB });
  writeFileSync(file, gzipSync(tar, { level: 9 }));
}

/** @param {string} folder */
function measure(folder) {
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return { files: sizes.length, unpackedBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** @param {typeof LIMITS} sizes */
function refuseTooLarge(sizes) {
  for (const name of /** @type {(keyof typeof LIMITS)[]} */ (Object.keys(LIMITS))) {
    if (sizes[name] > LIMITS[name]) {
      throw new Error(`the release is too large: ${name} ${sizes[name]}, at most ${LIMITS[name]}`);
    }
  }
}
