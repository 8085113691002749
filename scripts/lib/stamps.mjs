// The stamps that setup leaves in node_modules: each names what was installed or built by a hash. Needs nothing but Node, because
// setup runs before anything is installed.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {"installed" | "built" | "page"} Part what setup makes, in the order in which it does */

/** @type {Readonly<Record<Part, string>>} */
const STAMP_FILES = {
  installed: "node_modules/.pulseboard-installed",
  built: "node_modules/.pulseboard-built",
  page: "node_modules/.pulseboard-page-built",
};

/** A file of each part, without which a stamp means nothing. @type {Readonly<Record<Part, string>>} */
const MADE_FILES = {
  installed: "node_modules/.package-lock.json",
  built: "apps/pulseboard/dist/main.js",
  page: "apps/mobile/dist/index.html",
};

/** Completes the sentence "not up to date: ...". @type {Readonly<Record<Part, string>>} */
const MEANINGS = {
  installed: "node_modules is not what package-lock.json asks for",
  built: "the programs are not built from the sources as they are",
  page: "the phone page is not built from the sources as they are",
};

/**
 * Tells whether this part is as the sources and the lock file ask for. Changes nothing.
 * @param {string} root the folder of package.json @param {Part} part
 */
export function isUpToDate(root, part) {
  const stamp = join(root, STAMP_FILES[part]);
  return (
    existsSync(join(root, MADE_FILES[part])) && existsSync(stamp) && readFileSync(stamp, "utf8") === hashOf(root, part)
  );
}

/**
 * One clause for each part that is not up to date; empty when setup has nothing to do. Changes nothing.
 * @param {string} root @returns {string[]}
 */
export function findOutdated(root) {
  const parts = /** @type {Part[]} */ (Object.keys(STAMP_FILES));
  return parts.filter((part) => !isUpToDate(root, part)).map((part) => MEANINGS[part]);
}

/**
 * Makes a part, and stamps it when that has ended well: what was interrupted is made again.
 * @param {string} root @param {Part} part @param {() => Promise<void>} make
 */
export async function stampAfter(root, part, make) {
  const hash = hashOf(root, part);
  const stamp = join(root, STAMP_FILES[part]);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== hash) {
    rmSync(stamp, { force: true });
  }
  await make();
  writeFileSync(stamp, hash);
}

/** @param {string} root @param {Part} part */
function hashOf(root, part) {
  const lock = readFileSync(join(root, "package-lock.json"));
  const hash = createHash("sha256").update(lock);
  for (const file of part === "installed" ? [] : sourcesOf(root, part)) {
    hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/** @param {string} root @param {"built" | "page"} part @returns {string[]} paths from `root`, in one order on every machine */
function sourcesOf(root, part) {
  if (part === "page") {
    return sourcesBelow(root, "apps/mobile", ["src", "public"]).sort();
  }
  const projects = ["packages", "apps"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  const programs = projects.filter((project) => project !== "apps/mobile");
  const files = programs.flatMap((project) => sourcesBelow(root, project, ["src"]));
  const isTest = (/** @type {string} */ file) => /\.test\.ts$|\/testing\//.test(file);
  return [...files.filter((file) => !isTest(file)), "tsconfig.json", "tsconfig.base.json"].sort();
}

/**
 * The files beside a package's package.json, and all below some of its folders.
 * @param {string} root @param {string} project @param {string[]} folders @returns {string[]}
 */
function sourcesBelow(root, project, folders) {
  const list = (/** @type {string} */ folder, /** @type {boolean} */ recursive) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "/").length))
      : [];
  return [...list(project, false), ...folders.flatMap((folder) => list(`${project}/${folder}`, true))];
}
