import type { MobileSnapshot } from "@pulseboard/snapshot";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { until } from "./ask.mts";
import { HURRIED } from "./hurried-durations.mts";
import { type Program, startHurried, startProgram, startSimulatorProgram } from "./program.mts";
import { startUnmarkedExchange } from "./unmarked-exchange.mts";

/**
 * A hurried schedule over a queue with more patience than in production: on a busy machine a run must not be taken for one whose worker
 * is gone, nor the queue for one that is away, without which each worker refreshes by itself.
 */
const DURATIONS = { ...HURRIED, refresh: { answerMs: 10_000, lockMs: 20_000, stalledCheckMs: 10_000 } };

export interface Installation {
  readonly program: Program;
  /** Also for an operator's commands. */
  readonly environment: Readonly<Record<string, string>>;
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
      const environment = {
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
      };
      const program = startHurried(parts, environment, DURATIONS);
      programs.push(program);
      const [, url = ""] = parts.server ? await program.printed(/answers at (http:\/\/[^/\s]+)/) : [];
      return { program, environment, url, prefix, symbols };
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

/** What memcached answers, to its end: a long answer comes in parts, on a busy machine with pauses between them. */
export async function sayToMemcached(memcached: TestMemcached, line: string): Promise<string> {
  const answer = await until(async () => {
    const heard = await memcached.say(line);
    return heard.endsWith("END\r\n") ? heard : null;
  });
  return answer ?? "";
}

/** The text under a key in Redis, whole; null for none. */
export async function textInRedis(redis: TestRedis, key: string): Promise<string | null> {
  const answer = await until(async () => {
    const heard = await redis.say(`GET ${key}`);
    const [head = "", bytes = "0"] = /^\$(-?\d+)\r\n/.exec(heard) ?? [];
    const text = Buffer.from(heard).subarray(head.length, head.length + Math.max(0, Number(bytes)));
    return head !== "" && text.length >= Number(bytes) ? { text: bytes === "-1" ? null : text.toString() } : null;
  });
  return answer?.text ?? null;
}

/** Every key in Redis. */
export async function keysInRedis(redis: TestRedis): Promise<readonly string[]> {
  const keys = await until(async () => {
    const [count = "", ...lines] = (await redis.say("KEYS *")).split("\r\n");
    const found = lines.filter((_, index) => index % 2 === 1);
    return found.length === Number(count.slice(1)) ? found : null;
  });
  return keys ?? [];
}

/** Every key in memcached. */
export async function keysInMemcached(memcached: TestMemcached): Promise<readonly string[]> {
  const listed = await sayToMemcached(memcached, "lru_crawler metadump all");
  return [...listed.matchAll(/^key=(\S+)/gm)].map(([, key]) => decodeURIComponent(key ?? ""));
}

/** What `doctor` sees of the workers at this installation's queue. */
export async function workersByDoctor({ environment }: Installation): Promise<string> {
  // Of the hurried schedule it would say no more than that.
  const doctor = startProgram("doctor", ["--offline", "--json"], { ...environment, REFRESH_CRON: "*/30 * * * * *" });
  await doctor.ended();
  const seen = /"name":\s*"workers of the queue"[^}]*?"seen":\s*"([^"]*)"/.exec(doctor.output())?.[1];
  if (seen === undefined) {
    throw new Error(`doctor says nothing of workers: ${doctor.output()}`);
  }
  return seen;
}
