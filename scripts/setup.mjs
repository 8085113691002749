// Makes a fresh clone runnable: checks Node, installs the locked dependencies, builds programs and page. It skips each step
// that is done already, and needs nothing but Node itself, because it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = `${root}package-lock.json`;
// Names the lock file that node_modules was installed from. Written last, so that an interrupted install is repeated.
const stampFile = `${root}node_modules/.pulseboard-installed`;
// The commit that was built, as the program names it.
const commitFile = `${root}apps/pulseboard/dist/commit`;
const pageFolder = `${root}apps/mobile`;
const pageFile = `${pageFolder}/dist/index.html`;
// Names the sources that the page was built from. Written last too.
const pageStampFile = `${root}node_modules/.pulseboard-page-built`;

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`pulseboard: ${message}`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  if (!supported) {
    fail(`Node ${process.versions.node} is not supported: install Node 20.19 or newer, 22.12 or newer, or 24.`);
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
  const lock = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === lock) {
    return;
  }
  console.log("pulseboard: installing dependencies (once) ...");
  // --include=dev: with NODE_ENV=production npm would leave out the compiler.
  const args = ["ci", "--include=dev", "--fetch-retries=1", "--no-audit", "--no-fund", "--loglevel=error"];
  if ((await run("npm", args)) !== 0) {
    fail("npm ci failed (see above). Is the npm registry reachable? Then run the same command again.");
  }
  writeFileSync(stampFile, lock);
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

/** Unlike the compiler, Vite does not notice that nothing has changed, and takes a second each time. */
async function buildPage() {
  const sources = pageSources();
  if (existsSync(pageFile) && existsSync(pageStampFile) && readFileSync(pageStampFile, "utf8") === sources) {
    return;
  }
  rmSync(pageStampFile, { force: true });
  // Whatever the environment is for: with another NODE_ENV, Vite would build half as much again, for developers.
  const env = { ...process.env, NODE_ENV: "production" };
  if ((await run(process.execPath, [`${root}node_modules/vite/bin/vite.js`, "build", pageFolder], env)) !== 0) {
    fail("the page could not be built: see the messages above.");
  }
  writeFileSync(pageStampFile, sources);
}

/** @returns {string} a hash of everything that the page is built from */
function pageSources() {
  const hash = createHash("sha256").update(readFileSync(lockFile));
  const files = ["src", "public"].flatMap((folder) => filesBelow(join(pageFolder, folder)));
  const others = readdirSync(pageFolder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(pageFolder, name));
  for (const file of [...files, ...others].sort()) {
    hash.update(`\n${file.slice(pageFolder.length)}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

checkNode();
await install();
await build();
writeCommit();
await buildPage();
