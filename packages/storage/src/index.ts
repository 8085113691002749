export { createDiskStore, type DiskStoreOptions } from "./disk-store.ts";
export type { Announcements, DocumentStore, Publication, PublishOutcome } from "./document-store.ts";
export { STORAGE_DURATIONS, type StorageDurations } from "./durations.ts";
export { createMemcachedStore, type MemcachedStore, type MemcachedStoreOptions } from "./memcached-store.ts";
export { createMemoryAnnouncements } from "./memory-announcements.ts";
export { createMemoryStore } from "./memory-store.ts";
export {
  createPublisher,
  type Publisher,
  type PublisherOptions,
  type PublishResult,
  type StoreOutcome,
} from "./publisher.ts";
export { createRedisAnnouncements, type RedisAnnouncementsOptions } from "./redis-announcements.ts";
export { createRedisStore, type RedisStoreOptions } from "./redis-store.ts";
export { PUBLICATION_DAMAGED, StoreError } from "./store-error.ts";
export {
  type EvictionPolicyWatch,
  type EvictionPolicyWatchOptions,
  watchEvictionPolicy,
} from "./watch-eviction-policy.ts";
