// Collects the licences of everything in a release that others have written.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TEXTS = fileURLToPath(new URL("licence-texts/", import.meta.url));
const IS_LICENCE = /^(?:licen[cs]e|notice|copying)\b/i;

/** The texts of packages that come without one, from their repositories. @type {Readonly<Record<string, string>>} */
const ADDED_BY_HAND = {
  "@bull-board/api": "bull-board.txt",
  "@bull-board/express": "bull-board.txt",
  "@bull-board/ui": "bull-board.txt",
  "redis-info": "redis-info.txt",
};

/**
 * @param {readonly string[]} files modules of packages, by their full paths
 * @returns {string} each package's name, licence and texts
 * @throws Error when a package has no text, neither its own nor one added by hand
 */
export function licencesOfModules(files) {
  /** The folders below each package's, which may hold code that it has from others. @type {Map<string, Set<string>>} */
  const foldersOf = new Map();
  for (const file of files) {
    const root = packageFolder(file);
    const folders = foldersOf.get(root) ?? new Set();
    for (let folder = dirname(file); folder.length > root.length; folder = dirname(folder)) {
      folders.add(folder);
    }
    foldersOf.set(root, folders);
  }
  return [...foldersOf]
    .map(([root, folders]) => licenceOf(root, [...folders].flatMap(licenceFiles)))
    .sort()
    .join("\n");
}

/**
 * @param {string} root of the package
 * @param {readonly string[]} others files with the licences of code that it has from others
 * @returns {string} its name, its licence and all texts
 */
export function licenceOf(root, others = []) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const own = licenceFiles(root);
  const byHand = ADDED_BY_HAND[name];
  const texts = own.length === 0 && byHand !== undefined ? [join(TEXTS, byHand)] : own;
  return describe({
    name,
    version,
    identifier: license,
    text: [...texts, ...(texts.length === 0 ? [] : others)].map(readText).join("\n\n"),
  });
}

/** @param {string} file that Vite has written, with all packages of the page */
export function licencesOfPage(file) {
  return JSON.parse(readText(file)).map(describe).join("\n");
}

/** @param {{ name: string, version: string, identifier?: string, text?: string }} licence */
function describe({ name, version, identifier = "of no licence", text = "" }) {
  if (text === "") {
    throw new Error(
      `${name} ${version} (${identifier}) comes without the text of its licence: add the one of its repository to scripts/release/licence-texts`,
    );
  }
  const rule = "-".repeat(78);
  return `${rule}\n${name} ${version}, ${identifier}\n${rule}\n\n${text}\n`;
}

/** The files with licences in a folder. @param {string} folder @returns {string[]} */
function licenceFiles(folder) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && IS_LICENCE.test(entry.name))
    .filter(({ name }) => !/\.(?:js|ts|mjs|cjs)$/.test(name))
    .map(({ name }) => join(folder, name))
    .sort();
}

/** @param {string} path */
function readText(path) {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n").trim();
}

/** @param {string} file @returns {string} the folder of the package that the file belongs to */
function packageFolder(file) {
  const match = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file);
  if (match === null) {
    throw new Error(`${file} belongs to no package`);
  }
  return match[0];
}
