// The stores, the queue and the announcements that the configuration asks for: over Redis and memcached, or embedded.
import { setImmediate as nextTurn } from "node:timers/promises";
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
 * @typedef {(() => Promise<import("../../packages/refresh/dist/index.js").BoardQueue>) | null} BoardQueue null: nothing to show
 * @typedef {Ports & { degraded: () => readonly string[], boardQueue: BoardQueue, close: () => Promise<void> }} Services
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
  const { queue, consume, boardQueue } = openWhenAsked(() => createBullQueue({ redisUrl, log, clock }));
  const cache =
    config.memcachedServers.length > 0 ? [createMemcachedStore({ servers: config.memcachedServers, log, clock })] : [];
  // Counted by the store itself, and read whenever somebody looks.
  metrics.beforeRead(() => {
    for (const [code, count] of cache.flatMap((store) => [...store.failures()])) {
      metrics.memcachedFailures.set({ code }, count);
    }
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
 * A queue that is opened when it is asked for the first time. BullMQ takes about as long to load as the rest of a server
 * together, and a server has no use for it before its first answer.
 * @param {() => import("../../packages/refresh/dist/index.js").BullQueue} open
 */
function openWhenAsked(open) {
  /** @type {ReturnType<typeof open> | null} */
  let opened = null;
  const use = () => {
    opened ??= open();
    return opened;
  };
  return {
    /** @type {NonNullable<Services["queue"]>} */
    queue: {
      enqueue: async (trigger) => {
        // Whoever asks because of a request answers that first.
        await nextTurn();
        return use().queue.enqueue(trigger);
      },
      depth: () => use().queue.depth(),
      close: async () => {
        await opened?.queue.close();
      },
    },
    /** @type {Services["consume"]} */
    consume: (...args) => use().consume(...args),
    boardQueue: async () => use().boardQueue(),
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
    boardQueue: null,
    degraded: () => [],
    close: async () => {
      await queue.close();
      await announcements.close();
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}
