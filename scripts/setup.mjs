// Makes a fresh clone runnable: checks Node, installs the locked dependencies, builds programs and page. It skips each step
// that is done already, and needs nothing but Node itself, because it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isUpToDate, stampAfter } from "./lib/stamps.mjs";
import { problemWithNode } from "./lib/supported-node.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
// The commit that was built, as the program names it.
const commitFile = `${root}apps/pulseboard/dist/commit`;
const pageFolder = `${root}apps/mobile`;

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`pulseboard: ${message}`);
  process.exit(1);
}

function checkNode() {
  const problem = problemWithNode(process.versions.node);
  if (problem !== null) {
    fail(problem);
  }
}

/**
 * Runs a command to its end and shows its output. Passes signals on to it, so that Ctrl-C leaves no orphan behind.
 * @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<number>} the exit code
 */
function run(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env });
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    child.on("error", (error) => fail(`cannot run ${command}: ${error.message}`));
    child.on("close", (code, signal) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      if (signal !== null) {
        process.exit(signal === "SIGINT" ? 130 : 143);
      }
      resolve(code ?? 1);
    });
  });
}

async function install() {
  console.log("pulseboard: installing dependencies (once) ...");
  // --include=dev: with NODE_ENV=production npm would leave out the compiler.
  const args = ["ci", "--include=dev", "--fetch-retries=1", "--no-audit", "--no-fund", "--loglevel=error"];
  if ((await run("npm", args)) !== 0) {
    fail("npm ci failed (see above). Is the npm registry reachable? Then run the same command again.");
  }
}

async function build() {
  if ((await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-b"])) !== 0) {
    fail("the build failed: see the compiler's messages above.");
  }
}

function writeCommit() {
  // Only of this folder's own repository: an archive of it may have been unpacked within another one.
  const isClone = existsSync(`${root}.git`);
  const told = isClone
    ? spawnSync("git", ["-C", root, "rev-parse", "--short", "HEAD"], { encoding: "utf8" }).stdout
    : null;
  const commit = told?.trim() || "unknown";
  if (!existsSync(commitFile) || readFileSync(commitFile, "utf8") !== commit) {
    writeFileSync(commitFile, commit);
  }
}

async function buildPage() {
  // Whatever the environment is for: with another NODE_ENV, Vite would build half as much again, for developers.
  const env = { ...process.env, NODE_ENV: "production" };
  if ((await run(process.execPath, [`${root}node_modules/vite/bin/vite.js`, "build", pageFolder], env)) !== 0) {
    fail("the page could not be built: see the messages above.");
  }
}

checkNode();
if (!isUpToDate(root, "installed")) {
  await stampAfter(root, "installed", install);
}
// Each time: the compiler notices by itself that nothing has changed, also in what it has written.
await stampAfter(root, "built", build);
writeCommit();
// Unlike the compiler, Vite does not notice, and takes a second each time.
if (!isUpToDate(root, "page")) {
  await stampAfter(root, "page", buildPage);
}
