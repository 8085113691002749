import { createBullQueue } from "@pulseboard/refresh";
import {
  connectRedis,
  createDiskStore,
  createMemcachedStore,
  createRedisAnnouncements,
  createRedisStore,
  type MemcachedStore,
  watchEvictionPolicy,
} from "@pulseboard/storage";
import type { Services, Tools } from "./services.ts";

export interface RedisServicesOptions {
  /** May carry credentials. */
  readonly redisUrl: string;
  /** "host:port"; empty for none. */
  readonly memcachedServers: readonly string[];
  readonly dataDir: string;
}

/**
 * Stores, queue and announcements that processes share over Redis, with memcached before it where there is one, and the disk
 * behind it.
 */
export function openOverRedis(options: RedisServicesOptions, tools: Tools): Services {
  const { redisUrl, memcachedServers, dataDir } = options;
  const { clock, log, metrics } = tools;
  const redis = connectRedis({ url: redisUrl, log, clock });
  const announcements = createRedisAnnouncements({ redis, log, clock });
  const { queue, consume, boardQueue } = createBullQueue({ redisUrl, log, clock });
  const disk = createDiskStore({ directory: dataDir, log });
  const memcached =
    memcachedServers.length > 0 ? createMemcachedStore({ servers: memcachedServers, log, clock }) : null;
  if (memcached !== null) {
    countFailures(memcached, tools);
  }
  const stores = [...(memcached === null ? [] : [memcached]), createRedisStore({ redis }), disk];
  const policy = watchEvictionPolicy({
    redis,
    log,
    clock,
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

/** The store counts its failures itself; the metric takes the counts when somebody reads it. */
function countFailures(store: MemcachedStore, { metrics }: Tools): void {
  metrics.beforeRead(() => {
    for (const [code, count] of store.failures()) {
      metrics.memcachedFailures.set({ code }, count);
    }
  });
}
