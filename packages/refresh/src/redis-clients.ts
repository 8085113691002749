import type { Logger } from "@pulseboard/runtime";
import type { Redis, RedisOptions } from "ioredis";
import { loadIoredis } from "./load-clients.ts";
import { notConnected } from "./redis-failure.ts";

/** A command that is not answered by then has failed, for whoever waits for it. */
const COMMAND_MS = 2000;
const CONNECT_MS = 1000;
/** Longer than the 5 s for which a worker's connection waits in silence for the next job. */
const WORKER_SILENCE_MS = 10_000;

const retryStrategy = (attempt: number): number => Math.min(100 * 2 ** attempt, 1000);

/** For commands that somebody waits for: they fail, rather than wait for Redis to come back. */
const HASTY = {
  retryStrategy,
  connectTimeout: CONNECT_MS,
  commandTimeout: COMMAND_MS,
  socketTimeout: 2 * COMMAND_MS,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
} satisfies RedisOptions;

/**
 * For a BullMQ worker: commands wait for Redis to come back. No command timeout, which would end every blocking wait
 * for the next job before its time; a dead peer is noticed by its silence instead, and the commands are sent again.
 */
const PATIENT = {
  retryStrategy,
  connectTimeout: CONNECT_MS,
  socketTimeout: WORKER_SILENCE_MS,
  maxRetriesPerRequest: null,
} satisfies RedisOptions;

/** The connections of one queue. Their coming and going is one log line each way, however many they are. */
export interface RedisClients {
  open(manners: "hasty" | "patient"): WatchedRedis;
}

export interface WatchedRedis {
  readonly client: Redis;
  /** Resolves when Redis was reached for the first time, or could not be: from then on `client.status` is the truth. */
  readonly firstContact: Promise<void>;
  /** What the last attempt to connect met; null if nothing. */
  lastProblem(): unknown;
  /**
   * Leaves at once, with all copies that were made of it, and never comes back. After a connection that failed, a timer
   * of ioredis 6 outlives it by the socket timeout: a process that must be gone sooner ends with an exit.
   */
  drop(): void;
}

export function createRedisClients(url: string, log: Logger): RedisClients {
  const away = new Set<Redis>();

  /** @returns what the last attempt to connect met, as long as there was no better one */
  const watch = (client: Redis): (() => unknown) => {
    let problem: unknown = null;
    client.on("error", (err: unknown) => {
      problem = err;
    });
    // Not "close", which also comes when we leave ourselves.
    client.on("reconnecting", () => {
      if (away.size === 0) {
        log.warn({ err: notConnected(problem) }, "Redis is away; the refresh queue waits for it");
      }
      away.add(client);
    });
    client.on("ready", () => {
      problem = null;
      if (away.delete(client) && away.size === 0) {
        log.info("Redis is back; the refresh queue goes on");
      }
    });
    client.on("end", () => away.delete(client));
    return () => problem;
  };

  return {
    open: (manners) => {
      const copies: Redis[] = [];
      const { Redis: Client } = loadIoredis();
      const client = new Client(url, manners === "hasty" ? HASTY : PATIENT);
      // BullMQ makes the blocking connection of a worker by copying the one that it was given.
      const duplicate = client.duplicate.bind(client);
      client.duplicate = (options) => {
        const copy = duplicate(options);
        copies.push(copy);
        watch(copy);
        return copy;
      };
      const lastProblem = watch(client);
      return {
        client,
        firstContact: new Promise((resolve) => {
          client.once("ready", resolve);
          client.once("reconnecting", () => resolve());
          client.once("end", resolve);
        }),
        lastProblem,
        drop: () => {
          for (const each of [client, ...copies]) {
            away.delete(each);
            each.disconnect();
          }
        },
      };
    },
  };
}
