// Runs a release as a small machine would, worker, server, PM2 and Redis in one cgroup, and measures what they use together.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../bench-serve/processes.mjs";
import { findProgram } from "../lib/ensure-installed.mjs";
import { startSimulator } from "../lib/program.mjs";
import { startLoad, startSampler } from "./sampler.mjs";

const PM2 = fileURLToPath(new URL("../../node_modules/pm2/bin/pm2", import.meta.url));
const SYMBOLS = 50;
const UP_WITHIN_MS = 120_000;

const run = promisify(execFile);

/**
 * @typedef {object} Setting
 * @property {import("./memory-group.mjs").MemoryGroup} group
 * @property {string} release the folder of an unpacked release
 * @property {string} node the Node that runs all of it
 * @property {number} steadyMs how long worker and server run before the deploy
 * @property {number} deployMs how long the second server runs
 */

/**
 * @param {Setting} setting
 * @returns {Promise<{ phases: readonly import("./sampler.mjs").Phase[], failed: number, answered: number, largestMb: Readonly<Record<string, number>> }>} of a
 *   run under load; `largestMb` is the largest RSS of each process of the release, for PM2's limits
 */
export async function measureMemory({ group, release, node, steadyMs, deployMs }) {
  const folder = mkdtempSync(join(tmpdir(), "pulseboard-memory-"));
  const simulator = await startSimulator();
  const [redisPort, port, otherPort, adminPort, otherAdminPort] = await Promise.all(
    Array.from({ length: 5 }, () => freePort()),
  );
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    PM2_HOME: join(folder, "pm2"),
    PM2_DISABLE_VERSION_CHECK: "1",
    HOST: "127.0.0.1",
    PORT: `${port}`,
    ADMIN_PORT: `${adminPort}`,
    RATE_LIMIT_PER_MINUTE: "0",
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    SYMBOL_COUNT: `${SYMBOLS}`,
    EXCHANGE: "simulator",
    EXCHANGE_URL: simulator.url,
    REFERENCE_URL: simulator.url,
    DATA_DIR: join(folder, "data"),
  };
  /** @param {readonly string[]} command @param {Record<string, string>} more */
  const inGroup = (command, more = {}) =>
    /** @type {const} */ ([
      "/bin/sh",
      ["-c", 'echo $$ > "$0" && exec "$@"', group.procs, ...command],
      { cwd: release, env: { ...env, ...more } },
    ]);
  /** @param {readonly string[]} args */
  const pm2 = (...args) => run(...inGroup([node, PM2, ...args]));
  const sampler = startSampler(group);
  const load = startLoad(`http://127.0.0.1:${port}/api/dashboard/mobile-data`);
  try {
    const redis = [findProgram("redis-server") ?? "redis-server", "--port", `${redisPort}`, "--bind", "127.0.0.1"];
    spawn(...inGroup([...redis, "--save", "", "--dir", folder]));
    await pm2("start", join(release, "ecosystem.config.js"));
    await untilScored(`http://127.0.0.1:${port}`);
    load.begin();
    sampler.begin("worker and server, 50 requests/s");
    await delay(steadyMs);

    sampler.begin("a second server beside them, and PM2's command line");
    const [program, args, options] = inGroup(serverCommand(release, node), {
      ...serverEnv(release),
      PORT: `${otherPort}`,
      ADMIN_PORT: `${otherAdminPort}`,
    });
    const second = spawn(program, args, { ...options, stdio: "ignore" });
    await untilScored(`http://127.0.0.1:${otherPort}`);
    const endsMs = performance.now() + deployMs;
    while (performance.now() < endsMs) {
      await pm2("jlist");
      await delay(2_000);
    }
    // As in a deploy: the new server beside the running one has ended before that is reloaded.
    second.kill("SIGTERM");
    await delay(2_000);
    sampler.begin("pm2 reload of both");
    await pm2("reload", "pulseboard-worker");
    await pm2("reload", "pulseboard-server");
    await delay(2_000);
    sampler.end();
    return { phases: sampler.phases(), largestMb: sampler.largestMb(), ...load.stop() };
  } finally {
    sampler.end();
    load.stop();
    await pm2("kill").catch(() => undefined);
    await group.remove();
    simulator.process.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As PM2 starts the server. @param {string} release @returns {{ script: string, node_args: string[], env: Record<string, string> }} */
function serverApp(release) {
  const { apps } = createRequire(import.meta.url)(join(release, "ecosystem.config.js"));
  return apps.find((/** @type {{ name: string }} */ { name }) => name === "pulseboard-server");
}

/** @param {string} release @param {string} node */
function serverCommand(release, node) {
  const { script, node_args: nodeArgs } = serverApp(release);
  return [node, ...nodeArgs, script, "server"];
}

/** @param {string} release */
const serverEnv = (release) => serverApp(release).env;

/** @param {string} url */
async function untilScored(url) {
  const deadlineMs = performance.now() + UP_WITHIN_MS;
  while (performance.now() < deadlineMs) {
    const answer = await fetch(`${url}/api/dashboard/mobile-data`).catch(() => null);
    const body = /** @type {{ sections?: { scores?: { received?: number } } }} */ ((await answer?.json()) ?? {});
    if ((body.sections?.scores?.received ?? 0) >= SYMBOLS * 0.9) {
      return;
    }
    await delay(200);
  }
  throw new Error(`${url} had no scores within ${UP_WITHIN_MS / 1000} s`);
}
