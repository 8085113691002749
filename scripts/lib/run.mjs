// Runs the worker, the server, or both in one process: what every start command does.
import { networkInterfaces } from "node:os";
import { fileURLToPath } from "node:url";
import {
  createLogger,
  createMetrics,
  createShutdown,
  installCrashHandlers,
  loadConfig,
  PulseboardError,
  serveMetrics,
  systemClock,
} from "../../packages/runtime/dist/index.js";
import { openServerServices, openServices } from "./services.mjs";

/** In one process, all of it must have ended within 5 s; leaves it a moment of that. */
const BOTH_GRACE_MS = 4_500;
/** As a process of its own, a worker may finish its refresh and a server its answers. */
const ALONE_GRACE_MS = 9_500;

const PAGE_DIRECTORY = fileURLToPath(new URL("../../apps/mobile/dist", import.meta.url));

/**
 * Runs a program's main function; an error of ours is one clear line and exit code 1.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof PulseboardError)) {
      throw error;
    }
    console.error(`pulseboard: ${error.message}${error.hint === null ? "" : `\n  ${error.hint}`}`);
    process.exit(1);
  }
}

/**
 * Starts what is asked for and returns when it is up; from then on it runs until a signal.
 * @param {NodeJS.ProcessEnv} env
 * @param {{ worker: boolean, server: boolean, end?: () => Promise<void> }} parts `end` ends what else ends with it
 */
export async function run(env, { worker, server, end = async () => {} }) {
  const config = loadConfig(env);
  const log = createLogger({ level: config.logLevel, pretty: process.stdout.isTTY === true });
  const graceMs = worker && server ? BOTH_GRACE_MS : ALONE_GRACE_MS;
  const shutdown = createShutdown({ log, graceMs, exit: process.exit });
  installCrashHandlers(log, process.exit);
  for (const warning of config.warnings) {
    log.warn(warning);
  }
  if (config.redisUrl === null && config.memcachedServers.length > 0) {
    log.warn("MEMCACHED_SERVERS is set without REDIS_URL: not used, as everything is in one process");
  }
  if (config.redisUrl === null && !(worker && server)) {
    throw new PulseboardError("REDIS_URL is not set, and worker and server can meet nowhere else", {
      code: "redis_required",
      retryable: false,
      hint: "Set REDIS_URL=redis://127.0.0.1:6379, or run both in one process with npm start.",
    });
  }

  if (worker) {
    // Before anything is opened; of the worker, which brings ccxt and the engine, only this is loaded now.
    const { schedulePeriodMs } = await import("../../apps/worker/dist/schedule.js");
    schedulePeriodMs(config.refreshCron);
  }

  const clock = systemClock;
  shutdown.add("companion", end);
  const metrics = createMetrics();
  const tools = { clock, log, metrics };
  const ofWorker = worker || config.redisUrl === null ? openServices(config, tools) : null;
  const services = ofWorker ?? openServerServices(config, tools);
  shutdown.add("services", services.close);
  const { queue } = services;
  try {
    if (server) {
      const { startServer } = await import("../../apps/server/dist/index.js");
      const { host, port, origin, freshForMs, rateLimitPerMinute, trustProxy, corsOrigins, metricsOnPublicPort } =
        config;
      const edge = { rateLimitPerMinute, trustProxy, corsOrigins };
      const running = await startServer({
        ...services,
        host,
        port,
        origin,
        freshForMs,
        metrics,
        metricsOnPublicPort,
        edge,
        pageDirectory: PAGE_DIRECTORY,
        clock,
        log,
      });
      shutdown.add("server", running.close);
      announceAddresses(config.host, new URL(running.url).port, log);
    }
    if (worker && ofWorker !== null) {
      // Loaded only here: it brings ccxt and the engine, which a server has no use for.
      const { startWorker } = await import("../../apps/worker/dist/index.js");
      const running = await startWorker({ config, ...ofWorker, metrics, besideServer: server, clock, log });
      shutdown.add("worker", running.close);
    }
  } catch (error) {
    await end();
    throw error;
  }
  const token = server ? config.adminToken : null;
  const others =
    token === null
      ? null
      : await openAdmin({
          token,
          queue,
          boardQueue: services.boardQueue,
          boardWritable: config.adminBoardWritable,
          metrics,
          clock,
          log,
        });
  await offerOperatorPort({
    // Side by side on one machine, each has a port of its own.
    port: config.adminPort === 0 || server ? config.adminPort : config.adminPort + 1,
    host: config.adminHost,
    metrics,
    others,
    log,
    shutdown,
  });
  // Tells PM2, with wait_ready, that it is up.
  process.send?.("ready");
}

/**
 * @param {import("../../apps/server/dist/admin/create-admin.js").AdminOptions} options
 * @returns {Promise<import("node:http").RequestListener>}
 */
async function openAdmin(options) {
  const { createAdmin } = await import("../../apps/server/dist/admin/create-admin.js");
  return createAdmin(options);
}

/**
 * A taken port costs the metrics and the admin surface, not the market.
 * @param {{ host: string, port: number, metrics: ReturnType<typeof createMetrics>,
 *   others: import("node:http").RequestListener | null, log: ReturnType<typeof createLogger>, shutdown: ReturnType<typeof createShutdown> }} options
 */
async function offerOperatorPort({ host, port, metrics, others, log, shutdown }) {
  try {
    const served = await serveMetrics({ host, port, metrics, ...(others === null ? {} : { others }) });
    shutdown.add("metrics", served.close);
    log.info({ url: served.url, admin: others !== null }, "Metrics");
  } catch (err) {
    log.warn({ err }, others === null ? "No metrics" : "No metrics and no /admin");
  }
}

/**
 * To be clicked on a terminal; one line of the log anywhere else.
 * @param {string} host what the server listens on @param {string} port @param {ReturnType<typeof createLogger>} log
 */
function announceAddresses(host, port, log) {
  const sentence = `Pulseboard answers at http://${reachableHost(host)}:${port}/mobile`;
  const phones = phoneAddresses(host).map((address) => `http://${address}:${port}/mobile`);
  if (process.stdout.isTTY !== true) {
    log.info({ phones }, sentence);
    return;
  }
  for (const line of [sentence, ...phones.map((url) => `        on a phone at ${url}`)]) {
    console.log(line);
  }
}

/** @param {string} host what the server listens on @returns {string} where this machine finds it */
function reachableHost(host) {
  if (host === "0.0.0.0" || host === "::") {
    return "127.0.0.1";
  }
  return host.includes(":") ? `[${host}]` : host;
}

/** @param {string} host @returns {string[]} this machine's addresses that a phone could use */
function phoneAddresses(host) {
  if (host !== "0.0.0.0" && host !== "::") {
    return [];
  }
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}
