// Runs the real worker and server, as production starts them, over a simulator, Redis, memcached and a disk, and tells for each refresh
// how long the worker's event loop was held, and by what the server's and Redis were.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { end, freePort } from "../bench-serve/processes.mjs";
import { findProgram } from "../lib/ensure-installed.mjs";
import { PROGRAM, startSimulator } from "../lib/program.mjs";

/** @type {readonly { name: string, node_args: string[], env: Record<string, string> }[]} */
const PRODUCTION = createRequire(import.meta.url)("../../ecosystem.config.js").apps;
const LOOP_WATCH = fileURLToPath(new URL("loop-watch.mjs", import.meta.url));
const SLOW_COMMAND_US = 1000;
const REFRESH_WITHIN_MS = 600_000;

/** @typedef {import("./loop-watch.mjs").Hold} Hold @typedef {import("./loop-watch.mjs").LoopReport} LoopReport */

/**
 * @typedef {object} MeasuredRefresh
 * @property {number} sequence
 * @property {number} scored
 * @property {number} tookMs
 * @property {number} publishMs from the last symbol's score until the publication is announced
 * @property {Hold} longestPublishing the longest hold of the worker's event loop in that time
 * @property {Hold} longestBefore the longest one of the same refresh before
 */

/**
 * @typedef {object} Measured
 * @property {readonly MeasuredRefresh[]} refreshes
 * @property {LoopReport} worker
 * @property {LoopReport} server
 * @property {Readonly<Record<string, number>>} redisMs the longest time for which a command held Redis, by its name
 * @property {number} redisPeakMb
 * @property {readonly string[]} problems lines of worker and server that are more than information
 */

/**
 * @param {{ symbols: number, refreshes: number, cron: string, node?: string, maxMemoryMb?: number }} options `cron`: the schedule;
 *   `maxMemoryMb`: Redis's maxmemory
 * @returns {Promise<Measured>}
 */
export async function measurePublishing({ symbols, refreshes, cron, node = process.execPath, maxMemoryMb = 0 }) {
  const folder = mkdtempSync(join(tmpdir(), "pulseboard-publish-"));
  const [redisPort, memcachedPort, port, adminPort] = await Promise.all(Array.from({ length: 4 }, () => freePort()));
  const redisServer = spawn(
    findProgram("redis-server") ?? "redis-server",
    ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--maxmemory", `${maxMemoryMb}mb`],
    { stdio: "ignore" },
  );
  const memcachedUser = process.getuid?.() === 0 ? ["-u", "root"] : [];
  const memcached = spawn(
    findProgram("memcached") ?? "memcached",
    ["-l", "127.0.0.1", "-p", `${memcachedPort}`, "-U", "0", ...memcachedUser],
    { stdio: "ignore" },
  );
  const simulator = await startSimulator("--symbols", `${symbols + 20}`);
  const log = createLogger({ level: "silent", pretty: false });
  const redis = connectRedis({
    url: `redis://127.0.0.1:${redisPort}`,
    keyPrefix: "",
    outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS),
    clock: systemClock,
    durations: REDIS_DURATIONS,
  });
  await redis.run(5_000, (client) => client.config("SET", "slowlog-log-slower-than", SLOW_COMMAND_US));
  await redis.run(5_000, (client) => client.config("SET", "slowlog-max-len", 1000));
  const env = {
    ...process.env,
    HOST: "127.0.0.1",
    PORT: `${port}`,
    ADMIN_PORT: `${adminPort}`,
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    MEMCACHED_SERVERS: `127.0.0.1:${memcachedPort}`,
    KEY_PREFIX: "",
    DATA_DIR: join(folder, "data"),
    EXCHANGE: "simulator",
    EXCHANGE_URL: simulator.url,
    REFERENCE_URL: simulator.url,
    SYMBOL_COUNT: `${symbols}`,
    REQUEST_BUDGET_SHARE: "1",
    REFRESH_CRON: cron,
    LOG_LEVEL: "info",
  };
  /** @type {string[]} */
  const problems = [];
  const [worker, server] = ["worker", "server"].map((command) => startWatched(command, { node, env, problems }));
  if (worker === undefined || server === undefined) {
    throw new Error("two programs are started");
  }
  try {
    /** @type {MeasuredRefresh[]} */
    const measured = [];
    let publishedS = 0;
    while (measured.length < refreshes) {
      const { time, sequence, scored, tookMs } = await worker.refreshed();
      const totalS = await publishSeconds(worker.metricsUrl());
      const publishMs = (totalS - publishedS) * 1000;
      publishedS = totalS;
      const { holds } = await worker.report();
      const isPublishing = (/** @type {Hold} */ { endedMs }) => endedMs >= time - publishMs - 2;
      measured.push({
        sequence,
        scored,
        tookMs,
        publishMs,
        longestPublishing: longest(holds.filter(isPublishing)),
        longestBefore: longest(holds.filter((hold) => !isPublishing(hold) && hold.endedMs >= time - tookMs)),
      });
    }
    const slow = await redis.run(5_000, (client) => client.slowlog("GET", 1000));
    const memory = await redis.run(5_000, (client) => client.info("memory"));
    return {
      refreshes: measured,
      worker: await worker.report(),
      server: await server.report(),
      redisMs: longestCommands(slow),
      redisPeakMb: Math.round(Number(/used_memory_peak:(\d+)/.exec(memory)?.[1]) / 2 ** 20),
      problems,
    };
  } finally {
    await Promise.all([worker, server].map(({ child }) => end(child)));
    await redis.close();
    await Promise.all([end(redisServer, "SIGKILL"), end(memcached, "SIGKILL"), end(simulator.process, "SIGKILL")]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By processor time: other programs of a busy machine make a hold longer, not heavier. @param {readonly Hold[]} holds @returns {Hold} */
function longest(holds) {
  return holds.reduce((most, hold) => (hold.cpuMs > most.cpuMs ? hold : most), { endedMs: 0, ms: 0, cpuMs: 0 });
}

/**
 * @param {string} command "worker" or "server"
 * @param {{ node: string, env: NodeJS.ProcessEnv, problems: string[] }} options
 */
function startWatched(command, { node, env, problems }) {
  const production = PRODUCTION.find(({ name }) => name === `pulseboard-${command}`);
  const child = fork(PROGRAM, [command], {
    execPath: node,
    execArgv: [...(production?.node_args ?? []), "--import", LOOP_WATCH],
    env: { ...env, ...production?.env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  /** @typedef {{ time: number, sequence: number, scored: number, tookMs: number }} Refreshed */
  /** @type {Refreshed[]} */
  const refreshed = [];
  let metricsUrl = "";
  createInterface({ input: /** @type {import("node:stream").Readable} */ (child.stdout) }).on("line", (line) => {
    const entry = JSON.parse(line);
    if (entry.msg === "Metrics") {
      metricsUrl = entry.url;
    }
    if (entry.msg === "Refreshed") {
      refreshed.push({ ...entry, time: Date.parse(entry.time) });
      child.emit("refreshed");
    }
    if (entry.level !== "info" && entry.level !== 30) {
      problems.push(line);
    }
  });
  return {
    child,
    metricsUrl: () => metricsUrl,
    /** The next refresh that has ended. */
    refreshed: async () => {
      const signal = AbortSignal.timeout(REFRESH_WITHIN_MS);
      while (refreshed.length === 0) {
        await once(child, "refreshed", { signal });
      }
      return /** @type {Refreshed} */ (refreshed.shift());
    },
    /** What the loop watch has noted since the last report. */
    report: async () => {
      child.send("report");
      for (;;) {
        const [message] = await once(child, "message");
        if (typeof message === "object") {
          return /** @type {LoopReport} */ (message);
        }
      }
    },
  };
}

/** @param {string} url */
async function publishSeconds(url) {
  const text = await (await fetch(url)).text();
  return Number(/pulseboard_refresh_phase_duration_seconds_sum\{phase="publish"\} (\S+)/.exec(text)?.[1] ?? "0");
}

/** @param {unknown} slow @returns {Record<string, number>} */
function longestCommands(slow) {
  /** @type {Record<string, number>} */
  const longestMs = {};
  for (const entry of Array.isArray(slow) ? slow : []) {
    const [, , us, [name, , keys]] = entry;
    // Of a script, the beginning alone is kept; to read needs two keys, to publish those of all documents.
    const found = name === "eval" ? (Number(keys) > 2 ? "publishing script" : "reading script") : String(name);
    longestMs[found] = Math.max(longestMs[found] ?? 0, Number(us) / 1000);
  }
  return longestMs;
}
