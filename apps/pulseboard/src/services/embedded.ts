import { createInProcessQueue } from "@pulseboard/refresh";
import { createDiskStore, createMemoryAnnouncements, createMemoryStore } from "@pulseboard/storage";
import type { ServiceDurations, Services, Tools } from "./services.ts";

/** Stores, queue and announcements of a worker and a server in one process; only the disk outlives it. */
export function openEmbedded(
  { dataDir }: { readonly dataDir: string },
  { clock, log, outages }: Tools,
  durations: ServiceDurations,
): Services {
  const disk = createDiskStore({ directory: dataDir, log, outages, clock, durations: durations.storage });
  const stores = [createMemoryStore(clock), disk];
  const announcements = createMemoryAnnouncements();
  const { queue, consume } = createInProcessQueue({ log, clock, durations: durations.refresh });
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
