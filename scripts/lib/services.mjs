// The stores, the queue and the announcements that the configuration asks for: over Redis and memcached, or embedded.
import { createBullQueue, createInProcessQueue } from "../../packages/refresh/dist/index.js";
import {
  connectRedis,
  createDiskStore,
  createMemcachedStore,
  createMemoryAnnouncements,
  createMemoryStore,
  createRedisAnnouncements,
  createRedisStore,
  watchEvictionPolicy,
} from "../../packages/storage/dist/index.js";

/**
 * @typedef {import("../../packages/runtime/dist/index.js").Config} Config
 * @typedef {import("../../packages/runtime/dist/index.js").Clock} Clock
 * @typedef {import("../../packages/runtime/dist/index.js").Logger} Logger
 * @typedef {import("../../packages/runtime/dist/index.js").Metrics} Metrics
 * @typedef {Pick<import("../../apps/worker/dist/index.js").WorkerContext, "stores" | "announcements" | "queue" | "consume">} Ports
 * @typedef {Ports & { degraded: () => readonly string[], close: () => Promise<void> }} Services
 */

/**
 * @param {Config} config @param {{ clock: Clock, log: Logger, metrics: Metrics }} tools
 * @returns {Services} ports that connect by themselves and come back by themselves
 */
export function openServices(config, { clock, log, metrics }) {
  const disk = createDiskStore({ directory: config.dataDir, log });
  const { redisUrl } = config;
  if (redisUrl === null) {
    return embedded(disk, { clock, log });
  }
  const redis = connectRedis({ url: redisUrl, log, clock });
  const announcements = createRedisAnnouncements({ redis, log, clock });
  const { queue, consume } = createBullQueue({ redisUrl, log, clock });
  const cache =
    config.memcachedServers.length > 0 ? [createMemcachedStore({ servers: config.memcachedServers, log, clock })] : [];
  // Counted by the store itself, and read whenever somebody looks.
  Object.assign(metrics.memcachedFailures, {
    collect() {
      for (const [code, count] of cache.flatMap((store) => [...store.failures()])) {
        metrics.memcachedFailures.set({ code }, count);
      }
    },
  });
  const stores = [...cache, createRedisStore({ redis }), disk];
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
 * @param {import("../../packages/storage/dist/index.js").DocumentStore} disk @param {{ clock: Clock, log: Logger }} tools
 * @returns {Services}
 */
function embedded(disk, { clock, log }) {
  const stores = [createMemoryStore(), disk];
  const announcements = createMemoryAnnouncements();
  const { queue, consume } = createInProcessQueue({ log, clock });
  return {
    stores,
    announcements,
    queue,
    consume,
    degraded: () => [],
    close: async () => {
      await queue.close();
      await announcements.close();
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}
