import type { CommandConnection } from "@pulseboard/redis";
import { type Config, systemClock as clock, createLogger, type OutageLog } from "@pulseboard/runtime";
import {
  createDiskStore,
  createMemcachedStore,
  createRedisStore,
  type DocumentStore,
  STORAGE_DURATIONS,
} from "@pulseboard/storage";

/** Opens every store that the configuration names, to be read. */
export function openStores(
  config: Config,
  redis: CommandConnection | null,
  outages: OutageLog,
): readonly DocumentStore[] {
  const { dataDir, memcachedServers, keyPrefix } = config;
  const log = createLogger({ level: "silent", pretty: false });
  const common = { log, outages, clock, durations: STORAGE_DURATIONS };
  return [
    ...(redis === null ? [] : [createRedisStore({ redis, log, durations: STORAGE_DURATIONS })]),
    ...(redis === null || memcachedServers.length === 0
      ? []
      : [createMemcachedStore({ ...common, servers: memcachedServers, keyPrefix, leaveOut: () => false })]),
    createDiskStore({ ...common, directory: dataDir }),
  ];
}
