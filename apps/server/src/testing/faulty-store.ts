import { createMemoryStore, type DocumentStore } from "@pulseboard/storage";

export interface FaultyStore extends DocumentStore {
  /** "none": the store works. "fails": every call throws. "hangs": no call ever returns. */
  fault: "none" | "fails" | "hangs";
  /** Reads return only after this. */
  slowRead: Promise<void>;
}

/** A memory store that can fail or hang. */
export function createFaultyStore(name: string, fault: FaultyStore["fault"] = "none"): FaultyStore {
  const store = createMemoryStore();
  const guarded = async <T>(call: () => Promise<T>): Promise<T> => {
    if (faulty.fault === "fails") {
      throw new Error(`${name} is unplugged`);
    }
    return faulty.fault === "hangs" ? new Promise<never>(() => {}) : call();
  };
  const faulty: FaultyStore = {
    name,
    fault,
    slowRead: Promise.resolve(),
    sequence: () => guarded(() => store.sequence()),
    read: () =>
      guarded(async () => {
        const publication = await store.read();
        await faulty.slowRead;
        return publication;
      }),
    publish: (publication) => guarded(() => store.publish(publication)),
    close: () => store.close(),
  };
  return faulty;
}
