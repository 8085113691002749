import { connectRedis, REDIS_DURATIONS, type RedisConnection, type RedisDurations } from "@pulseboard/redis";
import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { createDiskStore } from "../disk-store.ts";
import type { DocumentStore } from "../document-store.ts";
import { STORAGE_DURATIONS, type StorageDurations } from "../durations.ts";
import { createMemcachedStore, type MemcachedStore, type MemcachedStoreOptions } from "../memcached-store.ts";
import { createPublisher, type Publisher } from "../publisher.ts";

/** Periods that tests wait for are short, and deadlines are long enough for a busy machine. */
export const FAST_STORAGE: StorageDurations = {
  ...STORAGE_DURATIONS,
  redisSmallMs: 2500,
  redisLargeMs: 8000,
  resubscribeMs: 100,
  memcachedCallMs: 2500,
  memcachedReconnectMs: 50,
};

const FAST_REDIS: RedisDurations = {
  ...REDIS_DURATIONS,
  connectTimeoutMs: 3000,
  socketTimeoutMs: 9000,
  probeDeadlineMs: 2000,
  minRetryMs: 20,
  maxRetryMs: 100,
  probePeriodMs: 20,
  settleMs: 200,
  quietMs: 500,
};

export function openRedis(
  url: string,
  { outages }: RecordedLog = createRecordedLog(),
  keyPrefix = "",
): RedisConnection {
  return connectRedis({ url, keyPrefix, outages, clock: systemClock, durations: FAST_REDIS });
}

export function openDisk(directory: string, { log, outages }: RecordedLog = createRecordedLog()): DocumentStore {
  return createDiskStore({ directory, log, outages, clock: systemClock, durations: STORAGE_DURATIONS });
}

export function openMemcached(
  servers: readonly string[],
  { log, outages }: RecordedLog = createRecordedLog(),
  { leaveOut = () => false, keyPrefix = "" }: Partial<Pick<MemcachedStoreOptions, "leaveOut" | "keyPrefix">> = {},
): MemcachedStore {
  return createMemcachedStore({
    servers,
    keyPrefix,
    leaveOut,
    log,
    outages,
    clock: systemClock,
    durations: FAST_STORAGE,
  });
}

export function openPublisher(stores: readonly DocumentStore[], { log, outages } = createRecordedLog()): Publisher {
  return createPublisher({ stores, log, outages, clock: systemClock, durations: STORAGE_DURATIONS });
}
