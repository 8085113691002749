import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "@pulseboard/testing/free-port";
import { createRandom } from "@pulseboard/testing/random";
import { startMemcached, startRedis } from "@pulseboard/testing/servers";
import type { FaultProxy, LinkName, Stage } from "../contracts.mts";
import { startFaultProxy } from "../network/fault-proxy.mts";
import { createStagedClock } from "./clock.mts";
import { createStagedDisk } from "./disk.mts";
import { BAN_MS, FAULT_DURATIONS, PERIOD_MS, REFRESH_CRON, REQUEST_BUDGET_SHARE, SYMBOLS } from "./fault-durations.mts";
import { startNodeProcess } from "./node-process.mts";
import { preloadEnvironment } from "./preload.mts";
import { createReaper } from "./reaper.mts";
import { stageService } from "./service-process.mts";
import { controlSimulator } from "./simulator-control.mts";
import type { TimelineWriter } from "./timeline.mts";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const require = createRequire(import.meta.url);

/** The exchange's limit, in the window of our durations. */
const RATE_LIMIT = { requests: 600, windowMs: FAULT_DURATIONS.exchange.limitWindowMs };

/** What PM2 gives each process of the program. */
interface Pm2App {
  readonly name: string;
  readonly node_args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface StartedStage {
  readonly stage: Stage;
  /** Processes that ended although nobody ended them. */
  readonly unexpectedEnds: readonly string[];
}

// A run that is ended from outside leaves its forks behind, and one of a soak would go on for the rest of its half hour.
process.once("disconnect", () => process.exit(1));

/** Starts everything; what is started ends with `close`, or with this process. */
export async function startStage(seed: number, writer: TimelineWriter): Promise<StartedStage> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) {
      await end();
    }
  };
  try {
    return await openStage(seed, writer, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function openStage(
  seed: number,
  writer: TimelineWriter,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<StartedStage> {
  const opened = async <T,>(opening: Promise<T>, end: (thing: T) => Promise<unknown>): Promise<T> => {
    const thing = await opening;
    closing.push(() => end(thing));
    return thing;
  };
  const disk = await opened(createStagedDisk(), (it) => it.close());
  const clock = await opened(createStagedClock(disk.folder), async (it) => it?.close());
  const reaper = createReaper();
  closing.push(() => reaper.close());
  const unexpectedEnds: string[] = [];
  const onUnexpectedEnd = (how: string): void => void unexpectedEnds.push(how);

  const startAtMs = Date.now();
  const simulatorPort = await findFreePort();
  const [redis, memcached, simulator] = await Promise.all([
    opened(startRedis({ port: await findFreePort() }), (it) => it.kill()),
    opened(startMemcached({ port: await findFreePort() }), (it) => it.kill()),
    opened(
      startNodeProcess({
        name: "simulator",
        args: () => [
          here("simulator.mjs"),
          JSON.stringify({
            // Listed contracts are those of the first start, so that the same market goes on.
            market: { kind: "generated", seed, symbolCount: SYMBOLS, listingsAtMs: startAtMs },
            port: simulatorPort,
            speed: 1,
            banMs: BAN_MS,
            rateLimit: RATE_LIMIT,
          }),
        ],
        env: {},
        outputFile: join(disk.folder, "simulator.log"),
        reaper,
        onUnexpectedEnd,
      }),
      (it) => it.kill(),
    ),
  ]);
  const openLink = (port: number): Promise<FaultProxy> => opened(startFaultProxy(port), (it) => it.close());
  const links: Readonly<Record<LinkName, FaultProxy>> = {
    "worker-redis": await openLink(redis.port),
    "server-redis": await openLink(redis.port),
    "worker-memcached": await openLink(memcached.port),
    "server-memcached": await openLink(memcached.port),
    "worker-exchange": await openLink(simulatorPort),
  };
  const exchangeUrl = `http://127.0.0.1:${links["worker-exchange"].port}`;
  const serverPort = await findFreePort();
  const { apps } = require("../../../ecosystem.config.js") as { readonly apps: readonly Pm2App[] };

  const startProgram = (name: "worker" | "server") => {
    const app = apps.find((each) => each.name === `pulseboard-${name}`);
    const parts = { worker: name === "worker", server: name === "server", durations: FAULT_DURATIONS };
    return opened(
      startNodeProcess({
        name,
        args: () => ["--expose-gc", ...(app?.node_args ?? []), here("program.mjs"), JSON.stringify(parts)],
        env: {
          ...app?.env,
          ...preloadEnvironment([clock?.preload ?? null, disk.preload]),
          HOST: "127.0.0.1",
          PORT: `${serverPort}`,
          ADMIN_PORT: "0",
          METRICS_ON_PUBLIC_PORT: "true",
          RATE_LIMIT_PER_MINUTE: "0",
          LOG_LEVEL: "debug",
          EXCHANGE: "simulator",
          EXCHANGE_URL: exchangeUrl,
          REFERENCE_URL: exchangeUrl,
          REDIS_URL: `redis://127.0.0.1:${links[`${name}-redis`].port}`,
          MEMCACHED_SERVERS: `127.0.0.1:${links[`${name}-memcached`].port}`,
          DATA_DIR: disk.dataDir,
          REFRESH_CRON,
          SYMBOL_COUNT: `${SYMBOLS}`,
          REQUEST_BUDGET_SHARE: `${REQUEST_BUDGET_SHARE}`,
        },
        outputFile: join(disk.logDir, `${name}.log`),
        reaper,
        ...(name === "server" ? { onAway: writer.serverAway, onBack: writer.serverBack } : {}),
        onUnexpectedEnd,
      }),
      (it) => it.kill(),
    );
  };
  const [worker, server] = await Promise.all([startProgram("worker"), startProgram("server")]);

  const stage: Stage = {
    seed,
    random: createRandom(seed),
    processes: {
      worker,
      server,
      simulator,
      redis: stageService("redis", redis),
      memcached: stageService("memcached", memcached),
    },
    links,
    serverUrl: `http://127.0.0.1:${serverPort}`,
    redisUrl: redis.url,
    memcachedAddress: memcached.address,
    simulator: {
      ...controlSimulator(`http://127.0.0.1:${simulatorPort}`),
      startAtMs,
      marketSeed: seed,
      symbolCount: SYMBOLS,
    },
    disk,
    clock: clock && {
      offsetMs: clock.offsetMs,
      set: async (offsetMs) => {
        await clock.set(offsetMs);
        writer.clockSet();
      },
    },
    periodMs: PERIOD_MS,
    symbols: SYMBOLS,
    held: (process) => (process === "worker" ? worker : server).held(),
    close,
  };
  return { stage, unexpectedEnds };
}
