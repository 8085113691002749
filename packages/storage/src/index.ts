export { createDiskStore, type DiskStoreOptions } from "./disk-store.ts";
export type { Announcements, DocumentStore, Publication, PublishOutcome } from "./document-store.ts";
export { createMemoryAnnouncements } from "./memory-announcements.ts";
export { createMemoryStore } from "./memory-store.ts";
export {
  createPublisher,
  type Publisher,
  type PublisherOptions,
  type PublishResult,
  type StoreOutcome,
} from "./publisher.ts";
export { StoreError } from "./store-error.ts";
