// Puts together the folder that a release is unpacked to.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundleProgram } from "./bundle.mjs";
import { licenceOf, licencesOfModules, licencesOfPage } from "./licences.mjs";

/** Node runs it wherever it lies: no package.json here makes it an ES module. */
const COMMAND = `#!/usr/bin/env node
"use strict";
import("../dist/pulseboard.mjs");
`;

/** The files of the API viewer that the server sends, and the licences that the second one names. */
const DOCS_VIEWER_FILES = [
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "favicon-32x32.png",
];

/** As they are in a checkout. */
const COPIED = [
  ".env.example",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "deploy",
  "docs",
  "ecosystem.config.js",
  // The documents lead to it.
  "packages/engine/README.md",
];

/**
 * @param {{ root: string, folder: string, commit: string }} places `root` is the checkout, built; `folder` is made
 */
export async function assembleRelease({ root, folder, commit }) {
  const swagger = join(root, "node_modules/swagger-ui-dist");
  const board = join(root, "node_modules/@bull-board/ui");
  const page = join(root, "apps/mobile/dist");
  const assets = join(folder, "assets");
  mkdirSync(join(folder, "bin"), { recursive: true });
  const modules = await bundleProgram({ root, folder: join(folder, "dist") });
  copyTree(page, join(assets, "page"));
  copyTree(join(board, "dist"), join(assets, "bull-board/dist"));
  for (const name of DOCS_VIEWER_FILES) {
    cpSync(join(swagger, name), join(assets, "swagger-ui", name));
  }
  // All pictures may have been made here; a release has those that the README shows.
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const isShown = (/** @type {string} */ path) => !path.endsWith(".png") || readme.includes(basename(path));
  for (const name of COPIED) {
    copyTree(join(root, name), join(folder, name), isShown);
  }
  const command = join(folder, "bin/pulseboard");
  writeFileSync(command, COMMAND);
  chmodSync(command, 0o755);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(root, commit), null, 2)}\n`);
  const sections = [
    ["The program (dist)", licencesOfModules(modules)],
    ["The phone page (assets/page)", licencesOfPage(join(page, "licences.json"))],
    ["The API viewer (assets/swagger-ui)", licenceOf(swagger, bundledLicences(join(assets, "swagger-ui")))],
    ["The job board's page (assets/bull-board)", licenceOf(board, bundledLicences(join(assets, "bull-board")))],
  ];
  const text = sections.map(([title, licences]) => `${title}\n${"=".repeat(78)}\n\n${licences}\n`).join("\n");
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), text);
}

/** No "type", because ecosystem.config.js is CommonJS; no dependencies and no scripts, because nothing is to be installed. */
function manifest(/** @type {string} */ root, /** @type {string} */ commit) {
  const { name, version, description, license, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return { name, version, commit, private: true, description, license, engines, bin: { pulseboard: "bin/pulseboard" } };
}

/** Without source maps. @param {string} from @param {string} to @param {(path: string) => boolean} [isWanted] of each file and folder */
function copyTree(from, to, isWanted = () => true) {
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith(".map") && isWanted(path) });
}

/** @param {string} folder @returns {string[]} what webpack has taken out of the scripts in it */
function bundledLicences(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".LICENSE.txt"))
    .map((name) => join(folder, name))
    .sort();
}
