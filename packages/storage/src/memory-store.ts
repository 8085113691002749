import type { DocumentStore, Publication } from "./document-store.ts";
import { assertPublication, copyPublication } from "./publication.ts";
import { storeClosed } from "./store-error.ts";

/** Keeps the newest publication in this process: what an embedded server reads. */
export function createMemoryStore(): DocumentStore {
  let held: Publication | null = null;
  let closed = false;

  const assertOpen = (): void => {
    if (closed) {
      throw storeClosed("memory");
    }
  };

  return {
    name: "memory",
    sequence: async () => {
      assertOpen();
      return held?.sequence ?? 0;
    },
    read: async () => {
      assertOpen();
      return held === null ? null : copyPublication(held);
    },
    publish: async (publication) => {
      assertOpen();
      assertPublication(publication);
      // Nothing is awaited between the comparison and the set: that is what makes it one step.
      if (held !== null && held.sequence >= publication.sequence) {
        return { published: false, currentSequence: held.sequence };
      }
      held = copyPublication(publication);
      return { published: true };
    },
    close: async () => {
      closed = true;
      held = null;
    },
  };
}
