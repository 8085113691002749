import { createMemoryStore, type DocumentStore } from "@pulseboard/storage";

export interface FaultyStore extends DocumentStore {
  /** "none": works. "fails": every call throws. "hangs": no call ever answers. */
  fault: "none" | "fails" | "hangs";
}

/** A memory store that can be away. */
export function createFaultyStore(name: string, fault: FaultyStore["fault"] = "none"): FaultyStore {
  const store = createMemoryStore();
  const guarded = async <T>(call: () => Promise<T>): Promise<T> => {
    if (faulty.fault === "fails") throw new Error(`${name} is unplugged`);
    return faulty.fault === "hangs" ? new Promise<never>(() => {}) : call();
  };
  const faulty: FaultyStore = {
    name,
    fault,
    sequence: () => guarded(() => store.sequence()),
    read: () => guarded(() => store.read()),
    publish: (publication) => guarded(() => store.publish(publication)),
    close: () => store.close(),
  };
  return faulty;
}
