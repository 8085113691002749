import { connectRedis } from "@pulseboard/redis";
import { createBullQueue } from "@pulseboard/refresh";
import {
  createDiskStore,
  createMemcachedStore,
  createRedisAnnouncements,
  createRedisStore,
  type MemcachedStore,
  watchEvictionPolicy,
} from "@pulseboard/storage";
import type { ServiceDurations, Services, Tools } from "./services.ts";

export interface RedisServicesOptions {
  /** May carry credentials. */
  readonly redisUrl: string;
  /** "host:port"; empty for none. */
  readonly memcachedServers: readonly string[];
  /** Put before every name in Redis and memcached. */
  readonly keyPrefix: string;
  readonly dataDir: string;
}

/**
 * Stores, queue and announcements that processes share over Redis, with memcached before it where there is one, and the disk
 * behind it.
 */
export function openOverRedis(options: RedisServicesOptions, tools: Tools, durations: ServiceDurations): Services {
  const { redisUrl, memcachedServers, keyPrefix, dataDir } = options;
  const { clock, log, outages, metrics } = tools;
  const redis = connectRedis({ url: redisUrl, keyPrefix, outages, clock, durations: durations.redis });
  const ofStorage = { log, outages, clock, durations: durations.storage };
  const announcements = createRedisAnnouncements({ redis, ...ofStorage });
  const { queue, consume, boardQueue } = createBullQueue({ redis, log, clock, durations: durations.refresh });
  const disk = createDiskStore({ directory: dataDir, ...ofStorage });
  const memcached =
    memcachedServers.length > 0
      ? createMemcachedStore({ servers: memcachedServers, keyPrefix, leaveOut: isForWorkersOnly, ...ofStorage })
      : null;
  if (memcached !== null) {
    countFailures(memcached, tools);
  }
  const stores = [
    ...(memcached === null ? [] : [memcached]),
    createRedisStore({ redis, log, durations: durations.storage }),
    disk,
  ];
  const policy = watchEvictionPolicy({
    redis,
    ...ofStorage,
    onPolicy: (name) => {
      metrics.redisEvictionPolicy.reset();
      metrics.redisEvictionPolicy.set({ policy: name }, 1);
    },
  });
  return {
    stores,
    announcements,
    queue,
    consume,
    boardQueue,
    degraded: () => policy.degraded(),
    close: async () => {
      policy.close();
      await queue.close();
      await announcements.close();
      await Promise.all(stores.map((store) => store.close()));
      await redis.close();
    },
  };
}

/**
 * The worker's state is large, and no other program reads it. `worker:history` stays: the version before, which a rollback
 * brings back, takes all of a refresh from the first store that has it.
 */
function isForWorkersOnly(key: string): boolean {
  return key === "worker:state";
}

/** The store counts its failures itself; the metric takes the counts when somebody reads it. */
function countFailures(store: MemcachedStore, { metrics }: Tools): void {
  metrics.beforeRead(() => {
    for (const [code, count] of store.failures()) {
      metrics.memcachedFailures.set({ code }, count);
    }
  });
}
