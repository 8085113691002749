import {
  type Config,
  createLogger,
  createMetrics,
  createOutageLog,
  createShutdown,
  installCrashHandlers,
  installThreadCallGuard,
  type Logger,
  loadConfig,
  PulseboardError,
  systemClock,
  threadCalls,
} from "@pulseboard/runtime";
import { announceAddresses } from "./addresses.ts";
import type { ProgramParts } from "./commands/run-program.ts";
import { commonDurations, type DurationChanges, serverDurations, workerDurations } from "./durations.ts";
import { handedOverDescriptor } from "./handed-over-descriptor.ts";
import { howToRun } from "./installation/how-to-run.ts";
import { installation } from "./installation/installation.ts";
import { openOperatorPort } from "./operator-port.ts";
import { openEmbedded } from "./services/embedded.ts";
import { openOverRedis } from "./services/redis.ts";

export type { DurationChanges } from "./durations.ts";

export interface ProgramOptions extends ProgramParts {
  /** The durations that differ from production's, so that a test can run the program faster. */
  readonly durations?: DurationChanges;
}

/**
 * Runs worker, server or both in this process. Resolves when all of it is up; from then on it runs until a signal.
 *
 * @throws PulseboardError when the configuration cannot be used or the server's port is taken
 */
export async function runProgram(env: NodeJS.ProcessEnv, options: ProgramOptions): Promise<void> {
  const { worker, server, onEnd, durations: changes = {} } = options;
  const durations = commonDurations(changes);
  const { version, commit, programFile, pageDirectory, docsViewerDirectory, boardDirectory } = installation();
  const config = loadConfig(env);
  const log = createLogger({ level: config.logLevel, pretty: process.stdout.isTTY === true });
  const graceMs = worker && server ? durations.shutdown.togetherMs : durations.shutdown.aloneMs;
  const clock = systemClock;
  const shutdown = createShutdown({
    log,
    graceMs,
    exit: process.exit,
    threadCalls,
    clock,
    durations: durations.runtime,
  });
  installThreadCallGuard(log);
  installCrashHandlers(log, process.exit);
  const build = { version, commit };
  log.info(build, "Pulseboard starts");
  warnOfConfig(config, log);
  if (config.redisUrl === null && !(worker && server)) {
    throw new PulseboardError("REDIS_URL is not set, and worker and server can meet nowhere else", {
      code: "redis_required",
      retryable: false,
      hint: `Set REDIS_URL=redis://127.0.0.1:6379, or run both in one process with ${howToRun("start", "npm start")}.`,
    });
  }
  if (worker) {
    // Refuses a schedule before anything is opened. The rest of the worker, with ccxt, is loaded after the server has begun.
    const { schedulePeriodMs } = await import("@pulseboard/worker/schedule");
    schedulePeriodMs(config.refreshCron, await workerDurations(changes));
  }

  const metrics = createMetrics();
  const outages = createOutageLog(log, clock, durations.runtime);
  const tools = { clock, log, outages, metrics };
  const { redisUrl } = config;
  const services =
    redisUrl === null
      ? openEmbedded(config, tools, durations)
      : openOverRedis({ ...config, redisUrl }, tools, durations);
  // Parts end in the reverse order of their addition.
  if (onEnd !== undefined) {
    shutdown.add("companion", onEnd);
  }
  shutdown.add("services", services.close);

  if (server) {
    const { startServer } = await import("@pulseboard/server");
    const { rateLimitPerMinute, trustProxy, corsOrigins } = config;
    const descriptor = handedOverDescriptor(env, process.pid);
    const running = await startServer({
      ...services,
      ...tools,
      build,
      host: config.host,
      port: config.port,
      descriptor,
      origin: config.origin,
      freshForMs: config.freshForMs,
      edge: { rateLimitPerMinute, trustProxy, corsOrigins },
      metricsOnPublicPort: config.metricsOnPublicPort,
      pageDirectory,
      docsViewerDirectory,
      durations: await serverDurations(changes),
    });
    shutdown.add("server", running.close);
    const { hostname, port } = new URL(running.url);
    announceAddresses({ host: descriptor === undefined ? config.host : hostname, port: Number(port) }, log);
  }
  if (worker) {
    const { startWorker } = await import("@pulseboard/worker");
    const running = await startWorker({
      ...services,
      ...tools,
      build,
      config,
      programFile,
      embedded: server,
      durations: await workerDurations(changes),
      storageDurations: durations.storage,
      end: (reason) => void shutdown.run(reason, 1),
    });
    shutdown.add("worker", running.close);
  }

  const { adminToken: token, adminBoardWritable: boardWritable } = config;
  const admin =
    server && token !== null
      ? (await import("@pulseboard/server/admin")).createAdmin({
          ...services,
          ...tools,
          token,
          boardWritable,
          boardDirectory,
          durations: await serverDurations(changes),
        })
      : null;
  await openOperatorPort({
    host: config.adminHost,
    // A separate worker takes the next port, because a server on the same machine has this one.
    port: config.adminPort === 0 || server ? config.adminPort : config.adminPort + 1,
    admin,
    metrics,
    durations: durations.runtime,
    log,
    shutdown,
  });
  // PM2 waits for this, with wait_ready.
  process.send?.("ready");
}

function warnOfConfig(
  { warnings, redisUrl, memcachedServers, publishLegacyKeys, simulated }: Config,
  log: Logger,
): void {
  for (const warning of warnings) {
    log.warn(warning);
  }
  if (redisUrl === null && memcachedServers.length > 0) {
    log.warn("MEMCACHED_SERVERS is set without REDIS_URL: not used, as everything is in one process");
  }
  if (publishLegacyKeys && (redisUrl === null || simulated)) {
    const reason = simulated ? "simulated data is not for other programs" : "it needs REDIS_URL";
    log.warn(`PUBLISH_LEGACY_KEYS is set, and nothing is written for it: ${reason}`);
  }
}
