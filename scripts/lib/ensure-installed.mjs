// Installs the programs that tests and benchmarks need.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {{ readonly program: string, readonly apt: string, readonly brew: string }} Needed as it and as its packages are called, with blanks between */

/** The servers that Pulseboard runs with. @type {readonly Needed[]} */
export const SERVICES = [
  { program: "redis-server", apt: "redis-server", brew: "redis" },
  { program: "memcached", apt: "memcached", brew: "memcached" },
  { program: "nginx", apt: "nginx", brew: "nginx" },
];

/** Drives the phone page. @type {Needed} */
export const BROWSER = { program: "chromium", apt: "chromium", brew: "chromium" };

/**
 * What some faults of the fault machine need, on Linux only: a wall clock that jumps, and a compiler for the library that makes calls
 * to a disk hang. @type {readonly Needed[]}
 */
const FAULT_TOOLS = [
  { program: "faketime", apt: "faketime", brew: "libfaketime" },
  { program: "gcc", apt: "gcc libc6-dev", brew: "gcc" },
];

/** What checks the files in deploy/ and the recipes of docs/operations.md. @type {readonly Needed[]} */
const RECIPE_TOOLS = [
  { program: "promtool", apt: "prometheus", brew: "prometheus" },
  { program: "caddy", apt: "caddy", brew: "caddy" },
  { program: "logrotate", apt: "logrotate", brew: "logrotate" },
  { program: "docker-compose", apt: "docker-compose", brew: "docker-compose" },
];

/** Without it, a package mirror that does not answer would look like a test run that hangs. */
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * Debian starts a service on its usual port as soon as it is installed; a policy-rc.d that ends with 101 prevents that. An existing
 * policy is the administrator's choice and stays; the one written here is removed when the shell ends, however it ends. The
 * update comes first because the package lists may be missing or old.
 */
const APT_INSTALL = `set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt="apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o DPkg::Lock::Timeout=120"
$apt update
$apt install -y --no-install-recommends "$@"`;

/**
 * Installs the programs that are missing: with apt-get as root or with a passwordless sudo, with brew on macOS. When that is not
 * possible, it prints the command to run, and ends the process with code 1.
 * @param {readonly Needed[]} programs @returns {Promise<void>}
 */
export async function ensureInstalled(programs) {
  const problem = await installMissing(programs);
  if (problem !== null) {
    console.error(
      `This runs real programs: ${problem.text}\nInstall what is missing, and try again:\n  ${problem.command}`,
    );
    process.exit(1);
  }
}

/**
 * Installs what only the tests of recipes need, in the same way. When that is not possible, it says so, and those tests are left out,
 * or fail under CI.
 */
export async function installRecipeTools() {
  const problem = await installMissing(RECIPE_TOOLS);
  if (problem !== null) {
    console.log(`Some recipes cannot be checked: ${problem.text} To check them too:\n  ${problem.command}`);
  }
}

/**
 * Installs what some faults need, in the same way. When that is not possible, it says so, and those faults are left out, or fail
 * under CI.
 */
export async function installFaultTools() {
  if (process.platform !== "linux") {
    return;
  }
  const problem = await installMissing(FAULT_TOOLS);
  if (problem !== null) {
    console.log(`Some faults cannot be tried: ${problem.text} To try them too:\n  ${problem.command}`);
  }
}

/** @param {readonly Needed[]} programs @returns {Promise<{ text: string, command: string } | null>} what keeps them from being installed */
async function installMissing(programs) {
  const missing = programs.filter(({ program }) => findProgram(program) === null);
  if (missing.length === 0) {
    return null;
  }
  const names = missing.map(({ program }) => program).join(" and ");
  const command = commandFor(missing);
  const installer = findInstaller(missing);
  if (installer === null) {
    return { text: `${names} must be installed, and this machine has neither apt-get nor brew.`, command };
  }
  console.log(`Installing ${names} (once).`);
  const problem = await run(installer);
  if (problem === null && missing.every(({ program }) => findProgram(program) !== null)) {
    return null;
  }
  return { text: `${names} could not be installed: ${problem ?? "they are not on the PATH afterwards"}.`, command };
}

/**
 * Looks where a shell would, and where an administrator's shell would: Debian has nginx in /usr/sbin, which not every PATH has.
 * @param {string} program @returns {string | null} its path
 */
export function findProgram(program) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const places = folders.flatMap((folder) => [folder, folder.replace(/\/bin$/, "/sbin")]);
  const found = places.map((folder) => join(folder, program)).find(isExecutable);
  return found ?? null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {readonly Needed[]} missing @returns {string[] | null} program and arguments */
function findInstaller(missing) {
  if (process.platform === "darwin") {
    return findProgram("brew") !== null ? ["brew", "install", ...missing.map(({ brew }) => brew)] : null;
  }
  if (findProgram("apt-get") === null) {
    return null;
  }
  const install = ["sh", "-c", APT_INSTALL, "sh", ...missing.flatMap(({ apt }) => apt.split(" "))];
  return process.getuid?.() === 0 ? install : ["sudo", "-n", ...install];
}

/**
 * Runs an installer, and shows its output only if it fails.
 * @param {string[]} command @returns {Promise<string | null>} what went wrong
 */
function run([program = "", ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], timeout: INSTALL_TIMEOUT_MS });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      if (code === 0) {
        return resolve(null);
      }
      process.stderr.write(output);
      resolve(signal === null ? `the installer ended with code ${code}` : `the installer was ended by ${signal}`);
    });
  });
}

/** @param {readonly Needed[]} missing @returns {string} what a person types to install them */
function commandFor(missing) {
  return process.platform === "darwin"
    ? `brew install ${missing.map(({ brew }) => brew).join(" ")}`
    : `sudo apt-get update && sudo apt-get install ${missing.map(({ apt }) => apt).join(" ")}`;
}
