// Worker and server in one process, on the embedded implementations of the ports: what `npm start` and `npm run demo` run.
import { networkInterfaces } from "node:os";
import { startServer } from "../../apps/server/dist/index.js";
import { startWorker } from "../../apps/worker/dist/index.js";
import { createInProcessQueue } from "../../packages/refresh/dist/index.js";
import {
  createLogger,
  createShutdown,
  installCrashHandlers,
  loadConfig,
  PulseboardError,
  systemClock,
} from "../../packages/runtime/dist/index.js";
import { createDiskStore, createMemoryAnnouncements, createMemoryStore } from "../../packages/storage/dist/index.js";

/** Leaves the process a moment of the 5 s in which all of it must have ended. */
const GRACE_MS = 4_500;

/** Reads `.env` of the working directory, if there is one; variables that are set already win. */
export function loadEnvFile() {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) {
      throw error;
    }
  }
}

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
 * Starts everything and returns when the server answers; from then on it runs until a signal.
 * @param {NodeJS.ProcessEnv} env
 * @param {{ end?: () => Promise<void>, signal?: AbortSignal }} [companion] what else ends with it
 */
export async function runEmbedded(env, companion = {}) {
  const config = loadConfig(env);
  const log = createLogger({ level: config.logLevel, pretty: process.stdout.isTTY === true });
  const shutdown = createShutdown({ log, graceMs: GRACE_MS, exit: process.exit });
  installCrashHandlers(log, process.exit);
  for (const warning of config.warnings) {
    log.warn(warning);
  }
  if (config.notYetSupported.length > 0) {
    log.warn({ variables: config.notYetSupported.join(", ") }, "Set, but not used by this version");
  }

  const clock = systemClock;
  const stores = [createMemoryStore(), createDiskStore({ directory: config.dataDir, log })];
  const announcements = createMemoryAnnouncements();
  const { queue, consume } = createInProcessQueue({ log, clock });
  shutdown.add("stores", async () => {
    await announcements.close();
    await Promise.all(stores.map((store) => store.close()));
  });
  if (companion.end !== undefined) {
    shutdown.add("companion", companion.end);
  }

  try {
    const server = await startServer({
      host: config.host,
      port: config.port,
      origin: config.origin,
      freshForMs: config.freshForMs,
      stores,
      announcements,
      queue,
      clock,
      log,
    });
    shutdown.add("server", server.close);
    const worker = await startWorker({ config, stores, announcements, queue, consume, clock, log });
    shutdown.add("worker", worker.close);
    const { port } = new URL(server.url);
    console.log(`Pulseboard answers at http://${reachableHost(config.host)}:${port}/api/dashboard/mobile-data`);
    for (const address of phoneAddresses(config.host)) {
      console.log(`                    and http://${address}:${port}/api/dashboard/mobile-data`);
    }
  } catch (error) {
    await companion.end?.();
    throw error;
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
