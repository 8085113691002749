/** All documents of one refresh. They carry one sequence and are published together or not at all. */
export interface Publication {
  /** A positive integer that only grows. */
  readonly sequence: number;
  /** Key ("mobile:snapshot") to JSON text. */
  readonly documents: ReadonlyMap<string, string>;
  /** What Redis and memcached take beside the documents, for programs that know nothing of them; other stores leave it out. */
  readonly forOthers?: TextsForOthers;
}

/** Texts that are written in the same step as the documents, and belong to none: nobody here reads them back. */
export interface TextsForOthers {
  /** Key ("market:overview") to text. */
  readonly texts: ReadonlyMap<string, string>;
  /** Each is gone after this time, ms, unless it is written again. */
  readonly lifetimeMs: number;
}

/** A document with a publication of its own: it is newer or older than others under the same key, and belongs to no set. */
export interface SingleDocument {
  /** "mobile:days". None of those that refreshes publish. */
  readonly key: string;
  /** The text carries it too, among its first fields. */
  readonly sequence: number;
  /** JSON. */
  readonly text: string;
}

/** What one refresh has for its stores. */
export type PublicationContent = Omit<Publication, "sequence">;

export type PublishOutcome =
  | { readonly published: true }
  /** The store has this sequence or a newer one already; nothing was written. */
  | { readonly published: false; readonly currentSequence: number };

/**
 * A place for the documents of a refresh. One conformance suite (`testing/document-store-conformance.ts`) states
 * what every store must do.
 */
export interface DocumentStore {
  /** "memory", "disk", "redis", "memcached": for logs, metrics, readiness and the outage log. A store reports its own outages. */
  readonly name: string;
  /** A cache takes any publication, also an older one; the other stores compare and set. Left out: the store is not a cache. */
  readonly isCache?: true;
  /** Reads the highest sequence that was published here; 0 when there is none. Throws a StoreError. */
  sequence(): Promise<number>;
  /**
   * Reads the whole newest publication; null when there is none. A cache may also have none while it is written or after an
   * eviction, but never a mixture. Throws a StoreError.
   */
  read(): Promise<Publication | null>;
  /**
   * Reads the newest publication below a sequence, for when the newest cannot be used; null when there is none that can be
   * read. Throws a StoreError. Stores that keep only the newest do not have this.
   */
  readOlder?(thanSequence: number): Promise<Publication | null>;
  /**
   * Replaces the publication by this one, if and only if its sequence is higher (compare-and-set; a cache replaces
   * it in any case): a reader sees the whole of the old one or the whole of the new one, or, in a cache, nothing. Throws
   * a StoreError when it could not be written.
   */
  publish(publication: Publication): Promise<PublishOutcome>;
  /**
   * Replaces one document, if and only if its sequence is higher than that of the one under its key (a cache replaces it in any
   * case); the publications of refreshes are neither compared nor touched. It is gone after `lifetimeMs`. Throws a StoreError when
   * it could not be written. The disk does not have this: whoever publishes such a document can make it again.
   */
  publishSingle?(document: SingleDocument, lifetimeMs: number): Promise<PublishOutcome>;
  /** Reads what was published so; null when there is none, or none that carries a sequence. Throws a StoreError. */
  readSingle?(key: string): Promise<SingleDocument | null>;
  /**
   * Keeps a small text beside the publication, the worker's word about itself, for `lifetimeMs` where the store can forget.
   * Whoever calls it says what fails; it is no outage. Caches do not have it.
   */
  writeStatus?(text: string, lifetimeMs: number): Promise<void>;
  /** Reads that text; null when there is none. */
  readStatus?(): Promise<string | null>;
  close(): Promise<void>;
}

/**
 * Announces new publications to the readers of the same documents. An announcement is a separate step, made when every
 * store has the publication; it may be lost, so that readers also poll. One
 * conformance suite (`testing/announcements-conformance.ts`) states what all announcements do.
 */
export interface Announcements {
  /** Throws a StoreError when it could not be announced. */
  announce(sequence: number): Promise<void>;
  /**
   * Calls `listener` for each announcement; returns how to stop that. Announcements are heard from when `onListening` is
   * called: at once or, between processes, when the subscription is confirmed and the documents can be asked for; and again
   * after each time that announcements may have been lost. Whoever reads then, misses nothing.
   */
  subscribe(listener: (sequence: number) => void, onListening?: () => void): () => void;
  close(): Promise<void>;
}
