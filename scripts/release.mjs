// Makes a release from the built programs: release/pulseboard-VERSION.tgz, which a machine without a compiler unpacks and runs.
import { fileURLToPath } from "node:url";
import { makeRelease } from "./release/make-release.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const inMegabytes = (/** @type {number} */ bytes) => `${(bytes / 1_000_000).toFixed(1)} MB`;

const { file, sha256, version, commit, files, unpackedBytes, packedBytes } = await makeRelease({
  root,
  folder: `${root}release`,
});
console.log(`${file}
  version ${version}, commit ${commit}
  ${inMegabytes(packedBytes)} packed, ${inMegabytes(unpackedBytes)} unpacked in ${files} files
  SHA-256 ${sha256}`);
