import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createMemoryStore } from "./memory-store.ts";
import {
  describeComparedSingles,
  describeComparingStore,
  describeDocumentStore,
  describeLastingStore,
  describeSingles,
} from "./testing/document-store-conformance.ts";

const createPlace = async () => {
  const store = createMemoryStore();
  // Within one process there is one store: all users share it, and the one who opened it closes it.
  return { open: () => store, dispose: () => store.close() };
};
describeDocumentStore("The memory store", createPlace);
describeComparingStore("The memory store", createPlace);
describeLastingStore("The memory store", createPlace);
describeSingles("The memory store", async () => {
  const clock = createFakeClock();
  const store = createMemoryStore(clock);
  return { open: () => store, dispose: () => store.close(), elapse: (ms) => clock.advance(ms) };
});
describeComparedSingles("The memory store", createPlace);
