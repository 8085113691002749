import { type Clock, systemClock } from "@pulseboard/runtime";
import type { DocumentStore, Publication, SingleDocument } from "./document-store.ts";
import { assertPublication, assertSingle, copyPublication } from "./publication.ts";
import { storeClosed } from "./store-error.ts";

/** Keeps the newest publication in this process, for an embedded server. */
export function createMemoryStore(clock: Pick<Clock, "monotonicMs"> = systemClock): DocumentStore {
  /** By key, with the ends of their lives on the monotonic clock. */
  const singles = new Map<string, { readonly document: SingleDocument; readonly endsMs: number }>();
  let current: Publication | null = null;
  let status: string | null = null;
  let closed = false;

  const assertOpen = (): void => {
    if (closed) {
      throw storeClosed("memory");
    }
  };

  const dropEnded = (): void => {
    for (const [key, { endsMs }] of singles) {
      if (endsMs <= clock.monotonicMs()) {
        singles.delete(key);
      }
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
    publishSingle: async (document, lifetimeMs) => {
      assertOpen();
      assertSingle(document);
      dropEnded();
      const before = singles.get(document.key)?.document.sequence ?? 0;
      if (before >= document.sequence) {
        return { published: false, currentSequence: before };
      }
      singles.set(document.key, { document: { ...document }, endsMs: clock.monotonicMs() + lifetimeMs });
      return { published: true };
    },
    readSingle: async (key) => {
      assertOpen();
      dropEnded();
      return singles.get(key)?.document ?? null;
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
      singles.clear();
    },
  };
}
