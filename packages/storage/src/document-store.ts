/** All documents of one refresh. They carry one sequence and are published together or not at all. */
export interface Publication {
  /** A positive integer that only grows. */
  readonly sequence: number;
  /** Key ("mobile:snapshot") to JSON text. */
  readonly documents: ReadonlyMap<string, string>;
}

export type PublishOutcome =
  | { readonly published: true }
  /** The store already holds this sequence or a newer one; nothing was written. */
  | { readonly published: false; readonly currentSequence: number };

/**
 * Where the documents of a refresh are kept. One conformance suite (`testing/document-store-conformance.ts`) states
 * what every store must do.
 */
export interface DocumentStore {
  /** "memory", "disk", "redis", "memcached": for logs, metrics, readiness and the outage log. A store reports its own outages. */
  readonly name: string;
  /** A cache takes any publication, also an older one; the other stores compare and set. Left out: it is none. */
  readonly isCache?: true;
  /** The highest sequence that was published here; 0 when there is none. Throws a StoreError when it cannot be read. */
  sequence(): Promise<number>;
  /**
   * The whole of the newest publication, or null when there is none. A cache (memcached) may also have nothing while it is
   * written or when a part of it was evicted, but never a mixture. Throws a StoreError.
   */
  read(): Promise<Publication | null>;
  /**
   * The newest publication below a sequence, where the store keeps one in case the newest cannot be used; null when there is none
   * that can be read. Throws a StoreError. Stores that keep the newest only do not have this.
   */
  readOlder?(thanSequence: number): Promise<Publication | null>;
  /**
   * Replaces the held publication by this one, if and only if its sequence is higher (compare-and-set; a cache replaces
   * it in any case): a reader sees the whole of the old one or the whole of the new one, or, in a cache, nothing. Throws
   * a StoreError when it could not be written.
   */
  publish(publication: Publication): Promise<PublishOutcome>;
  close(): Promise<void>;
}

/**
 * Tells other readers of the same documents that there is a new publication. An announcement is a step of its own, made
 * when every store has what it tells of; it may be lost, so that a reader also looks by itself from time to time. One
 * conformance suite (`testing/announcements-conformance.ts`) states what all announcements do.
 */
export interface Announcements {
  /** Throws a StoreError when it could not be told. */
  announce(sequence: number): Promise<void>;
  /** Calls `listener` for each announcement from now on; returns how to stop that. */
  subscribe(listener: (sequence: number) => void): () => void;
  close(): Promise<void>;
}
