import type { DocumentStore, Publication } from "./document-store.ts";
import { assertPublication, copyPublication } from "./publication.ts";
import { storeClosed } from "./store-error.ts";

/** Keeps the newest publication in this process, for an embedded server. */
export function createMemoryStore(): DocumentStore {
  let current: Publication | null = null;
  let status: string | null = null;
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
      return current?.sequence ?? 0;
    },
    read: async () => {
      assertOpen();
      return current === null ? null : copyPublication(current);
    },
    publish: async (publication) => {
      assertOpen();
      assertPublication(publication);
      // Nothing is awaited between the comparison and the set: that is what makes it one step.
      if (current !== null && current.sequence >= publication.sequence) {
        return { published: false, currentSequence: current.sequence };
      }
      current = copyPublication(publication);
      return { published: true };
    },
    writeStatus: async (text) => {
      assertOpen();
      status = text;
    },
    readStatus: async () => {
      assertOpen();
      return status;
    },
    close: async () => {
      closed = true;
      current = null;
    },
  };
}
