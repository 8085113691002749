import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { probeExchange, probeReference } from "@pulseboard/exchange";
import { type CommandConnection, connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { REFRESH_DURATIONS, readQueueState } from "@pulseboard/refresh";
import {
  type Config,
  createLogger,
  createOutageLog,
  isRecord,
  PulseboardError,
  RUNTIME_DURATIONS,
  systemClock,
} from "@pulseboard/runtime";
import type { DocumentStore } from "@pulseboard/storage";
import type { Installation } from "../installation/installation.ts";
import type { Check, CheckSection } from "../operator/checks.ts";
import { judgeBudget } from "./budget.ts";
import type { Configured } from "./configuration.ts";
import { judgeExchange, judgePause, pauseOf } from "./exchange.ts";
import { checkMemcached } from "./memcached.ts";
import { openStores } from "./open-stores.ts";
import { judgeQueue } from "./queue.ts";
import { checkRedis } from "./redis.ts";
import { judgeReference } from "./reference.ts";
import { checkServer } from "./server.ts";
import { judgeSnapshot } from "./snapshot.ts";
import { readStores, type Stored } from "./stored.ts";
import { unknown } from "./verdicts.ts";
import { judgeWorker, newestStatus } from "./worker.ts";

const clock = systemClock;
/** Less than a refresh gives them: somebody waits. */
const OUTSIDE_MS = 6_000;
/** Within this, what was being published is in all stores. */
const PUBLISHED_MS = 500;

export interface Examined {
  readonly installed: Installation;
  readonly configured: Configured;
  /** Asks neither the exchange nor the services of the reference data. */
  readonly offline: boolean;
  /** Called with the title of each section that is looked at. */
  readonly onSection: (title: string) => void;
}

/** Looks at everything that the configuration leads to. Reads only; asks the exchange once, and not while it pauses us. */
export async function examine(options: Examined): Promise<readonly CheckSection[]> {
  const { configured, installed, offline, onSection } = options;
  const { config, periodMs } = configured;
  const log = createLogger({ level: "silent", pretty: false });
  const outages = createOutageLog(log, clock, RUNTIME_DURATIONS);
  const { redisUrl, keyPrefix, memcachedServers } = config;
  const redis =
    redisUrl === null ? null : connectRedis({ url: redisUrl, keyPrefix, outages, clock, durations: REDIS_DURATIONS });
  const stores = openStores(config, redis, outages);
  const section = async (title: string, look: () => Promise<readonly Check[]>): Promise<CheckSection> => {
    onSection(title);
    return { title, checks: await lookOrExplain(look) };
  };
  try {
    const build = { version: installed.version, commit: installed.commit };
    const [inRedis, inMemcached, stored, server] = await Promise.all([
      redis === null ? null : section("Redis", () => checkRedis(redis, keyPrefix)),
      memcachedServers.length === 0 || redis === null
        ? null
        : section("memcached", () => checkMemcached(memcachedServers, clock)),
      readSettled(stores),
      section("server", () => checkServer(config, build, clock)),
    ]);
    const queue = redis === null ? null : await section("queue", () => lookAtQueue(redis, inRedis, periodMs));
    const [exchange, reference] = offline
      ? [null, null]
      : await Promise.all([
          section("exchange", () => lookAtExchange(config, stored)),
          section("reference data", () => lookAtReference(config)),
        ]);
    const nowMs = clock.nowMs();
    const failedStores = [inRedis, inMemcached].flatMap((one) => (hasFailed(one) ? [one.title.toLowerCase()] : []));
    const isSaid = createIsSaid([inRedis, inMemcached, exchange, queue]);
    const sections = [
      inRedis,
      inMemcached,
      exchange,
      reference,
      { title: "budget", checks: judgeBudget(configured) },
      { title: "snapshot", checks: judgeSnapshot(stored, { configured, nowMs, failedStores }) },
      queue,
      { title: "worker", checks: judgeWorker(stored, { build, dataDir: config.dataDir, nowMs, isSaid }) },
      server,
    ];
    return sections.filter((one) => one !== null);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
    await redis?.close();
  }
}

/** What PM2 lets one of worker and server grow to before it starts that again, by its file; null when it does not say. */
export async function memoryLimit({ root }: Installation): Promise<number | null> {
  const { default: file }: { readonly default: unknown } = await import(
    pathToFileURL(join(root, "ecosystem.config.js")).href
  );
  const apps = isRecord(file) && Array.isArray(file.apps) ? file.apps : [];
  const limits = apps.map((app) => /^(\d+)M$/.exec(String(Object(app).max_memory_restart))?.[1]);
  return limits.length === 0 || limits.includes(undefined) ? null : Math.max(...limits.map(Number)) * 1024 * 1024;
}

/** The checks, or a line that says why there are none: a doctor that falls ill helps nobody. */
export async function lookOrExplain(look: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (error) {
    return [unknown("looked at", `not: ${error instanceof Error ? error.message : String(error)}`)];
  }
}

/** Reads the stores; once more where they differ, because a refresh may have been on its way to them. */
async function readSettled(stores: readonly DocumentStore[]): Promise<readonly Stored[]> {
  const first = await readStores(stores);
  const sequences = new Set(first.map(({ snapshot }) => snapshot?.sequence ?? null));
  if (sequences.size === 1) {
    return first;
  }
  await clock.sleep(PUBLISHED_MS);
  return readStores(stores);
}

async function lookAtQueue(
  redis: CommandConnection,
  inRedis: CheckSection | null,
  periodMs: number,
): Promise<readonly Check[]> {
  if (inRedis?.checks.some(({ name, verdict }) => name === "answers" && verdict === "failed") === true) {
    return [unknown("queue", "Redis cannot be asked")];
  }
  try {
    return judgeQueue(await readQueueState(redis, REFRESH_DURATIONS), periodMs, clock.nowMs());
  } catch (error) {
    if (error instanceof PulseboardError) {
      return [{ name: "queue", verdict: "failed", seen: error.message, cure: error.hint ?? "See the log of Redis." }];
    }
    throw error;
  }
}

async function lookAtExchange(config: Config, stored: readonly Stored[]): Promise<readonly Check[]> {
  const pause = pauseOf(newestStatus(stored), clock.nowMs());
  if (pause !== null) {
    return [judgePause(pause)];
  }
  const { exchangeUrl, simulated } = config;
  return judgeExchange(await probeExchange({ baseUrl: exchangeUrl, simulated, timeoutMs: OUTSIDE_MS, clock }), config);
}

async function lookAtReference({ referenceUrl }: Config): Promise<readonly Check[]> {
  return judgeReference(await probeReference({ baseUrl: referenceUrl, timeoutMs: OUTSIDE_MS, clock }));
}

function hasFailed(section: CheckSection | null): section is CheckSection {
  return section?.checks.some(({ verdict }) => verdict === "failed") === true;
}

/** Which of the worker's reasons follow from what another section has failed at. */
function createIsSaid(sections: readonly (CheckSection | null)[]): (code: string) => boolean {
  const failing = new Set(sections.filter(hasFailed).map(({ title }) => title));
  const rules: readonly (readonly [string, RegExp])[] = [
    ["Redis", /^store_unwritable:redis$|^queue_silent$/],
    ["memcached", /^store_unwritable:memcached$/],
    ["queue", /^queue_silent$/],
    ["exchange", /^(?:exchange_paused|refresh_failing):exchange_/],
  ];
  return (code) => rules.some(([title, pattern]) => failing.has(title) && pattern.test(code));
}
