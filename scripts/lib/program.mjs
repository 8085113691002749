// Starts the built program for benchmarks and screenshots.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The program as it is built; its first argument is the command. */
export const PROGRAM = fileURLToPath(new URL("../../apps/pulseboard/dist/main.js", import.meta.url));

/**
 * @param {readonly string[]} options of the simulator, in addition to a free port and a seed
 * @returns {Promise<{ process: import("node:child_process").ChildProcess, url: string }>} once it listens
 */
export async function startSimulator(...options) {
  const child = fork(PROGRAM, ["simulator", "--port", "0", "--seed", "42", ...options], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // Not those of a test that measures: they say to read sources.
    execArgv: [],
  });
  const url = await new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(/** @type {{ url: string }} */ (message).url));
    child.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)));
  });
  return { process: child, url };
}
