import { createMemoryStore } from "./memory-store.ts";
import { describeDocumentStore } from "./testing/document-store-conformance.ts";

describeDocumentStore("The memory store", async () => {
  const store = createMemoryStore();
  // Within one process there is one store: all who use it share it, and whoever opened it closes it.
  return { open: () => store, dispose: () => store.close() };
});
