import type { MobileSnapshot } from "@pulseboard/snapshot";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { HURRIED } from "./hurried-durations.mts";
import { type Program, startHurried, startSimulatorProgram } from "./program.mts";
import { startUnmarkedExchange } from "./unmarked-exchange.mts";

/** A hurried schedule over a queue with production's locks: on a busy machine a run must not be taken for one whose worker is gone. */
const DURATIONS = { ...HURRIED, refresh: {} };

export interface Installation {
  readonly program: Program;
  /** "" for a worker alone. */
  readonly url: string;
  readonly prefix: string;
  /** It scores as many, by which its documents are told from another one's. */
  readonly symbols: number;
}

export interface InstallationOptions {
  readonly prefix: string;
  readonly symbols: number;
  /** By default worker and server in one process. */
  readonly parts?: { readonly worker: boolean; readonly server: boolean };
  readonly env?: Readonly<Record<string, string>>;
}

/** One machine with one Redis, one memcached and one exchange, on which installations are started. */
export interface Machine {
  readonly redis: TestRedis;
  readonly memcached: TestMemcached;
  install(options: InstallationOptions): Promise<Installation>;
  close(): Promise<void>;
}

export async function startMachine(): Promise<Machine> {
  const [folder, redis, memcached, simulator] = await Promise.all([
    createTemporaryFolder(),
    startRedis(),
    startMemcached(),
    startSimulatorProgram("--seed", "8"),
  ]);
  const exchange = await startUnmarkedExchange(simulator.url);
  const programs: Program[] = [];
  return {
    redis,
    memcached,
    install: async ({ prefix, symbols, parts = { worker: true, server: true }, env = {} }) => {
      const program = startHurried(
        parts,
        {
          // Of one origin, as two copies of the real thing are.
          EXCHANGE: "bybit",
          EXCHANGE_URL: exchange.url,
          REFERENCE_URL: exchange.url,
          DATA_DIR: `${folder.path}/data-${programs.length}`,
          REDIS_URL: redis.url,
          MEMCACHED_SERVERS: memcached.address,
          KEY_PREFIX: prefix,
          SYMBOL_COUNT: String(symbols),
          REFRESH_CRON: "*/2 * * * * *",
          PORT: "0",
          HOST: "127.0.0.1",
          ...env,
        },
        DURATIONS,
      );
      programs.push(program);
      const [, url = ""] = parts.server ? await program.printed(/answers at (http:\/\/[^/\s]+)/) : [];
      return { program, url, prefix, symbols };
    },
    close: async () => {
      await Promise.all(programs.map((program) => program.stop()));
      await exchange.close();
      await simulator.stop();
      await Promise.all([redis.stop(), memcached.stop()]);
      await folder.remove();
    },
  };
}

/** Tells whether a snapshot is this installation's; null for one without scores. */
export function isOwn(snapshot: MobileSnapshot, { symbols }: Installation): boolean {
  return snapshot.sections.scores.expected === symbols || snapshot.sections.scores.as_of === null;
}

/** Every key in memcached. */
export async function keysInMemcached(memcached: TestMemcached): Promise<readonly string[]> {
  const listed = await memcached.say("lru_crawler metadump all");
  return [...listed.matchAll(/^key=(\S+)/gm)].map(([, key]) => decodeURIComponent(key ?? ""));
}
