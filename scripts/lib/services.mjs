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
 * @typedef {Pick<import("../../apps/worker/dist/index.js").WorkerContext, "clock" | "log" | "metrics">} Tools
 * @typedef {import("../../packages/storage/dist/index.js").DocumentStore} DocumentStore
 * @typedef {{ boardQueue: (() => Promise<import("../../packages/refresh/dist/index.js").BoardQueue>) | null,
 *   degraded: () => readonly import("@pulseboard/runtime").ReadinessReason[], close: () => Promise<void> }} Rest boardQueue: null where there is nothing to show
 * @typedef {Rest & Pick<import("../../apps/worker/dist/index.js").WorkerContext, "stores" | "announcements" | "queue" | "consume">} Services
 * @typedef {Rest & Pick<import("../../apps/server/dist/index.js").ServerContext, "stores" | "announcements" | "openOthers"> &
 *   Pick<Services, "queue">} ServerServices
 */

/**
 * @param {Config} config @param {Tools} tools
 * @returns {Services} ports that connect by themselves and come back by themselves
 */
export function openServices(config, tools) {
  const disk = createDiskStore({ directory: config.dataDir, log: tools.log });
  return config.redisUrl === null ? embedded(disk, tools) : overRedis(config, disk, tools);
}

/**
 * The same for a server alone over Redis. It begins with its disk: the libraries of the rest take as long to load as it takes to
 * give the first answer without them.
 * @param {Config} config @param {Tools} tools
 * @returns {ServerServices}
 */
export function openServerServices(config, tools) {
  const disk = createDiskStore({ directory: config.dataDir, log: tools.log });
  /** @type {ReturnType<typeof overRedis> | null} */
  let opened = null;
  const open = () => {
    opened ??= overRedis(config, disk, tools);
    return opened;
  };
  return {
    stores: [disk],
    announcements: null,
    openOthers: () => {
      const { stores, announcements } = open();
      return { stores: stores.filter((store) => store !== disk), announcements };
    },
    queue: {
      enqueue: async (trigger) => {
        // Whoever asks because of a request answers that first.
        await nextTurn();
        return open().queue.enqueue(trigger);
      },
      depth: () => open().queue.depth(),
      close: async () => {
        await opened?.queue.close();
      },
    },
    boardQueue: () => open().boardQueue(),
    degraded: () => opened?.degraded() ?? [],
    close: () => (opened ?? disk).close(),
  };
}

/** @param {Config} config @param {DocumentStore} disk @param {Tools} tools */
function overRedis(config, disk, { clock, log, metrics }) {
  const redisUrl = config.redisUrl ?? "";
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
 * A queue that is opened when it is asked for the first time: BullMQ takes a tenth of a second to load.
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
    /** @type {Services["queue"]} */
    queue: {
      enqueue: async (trigger) => use().queue.enqueue(trigger),
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
 * @param {DocumentStore} disk @param {Tools} tools
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
