import { type Logger, PulseboardError } from "@pulseboard/runtime";
import { boundStore, type StoreBound } from "./bound-store.ts";
import { createCacheGuard } from "./cache-guard.ts";
import type { DocumentStore, Publication, PublicationContent } from "./document-store.ts";
import { countsFromOutside } from "./publication.ts";
import { StoreError } from "./store-error.ts";

/** The result of a publication in one store. */
export type StoreOutcome =
  | { readonly store: string; readonly outcome: "published" }
  /** The store has a newer publication and kept it. */
  | { readonly store: string; readonly outcome: "superseded"; readonly currentSequence: number }
  | { readonly store: string; readonly outcome: "failed"; readonly error: PulseboardError }
  /** A cache that was left alone, because a store that compares does not let us in: it may belong to another installation. */
  | { readonly store: string; readonly outcome: "withheld" };

export interface PublishResult {
  readonly sequence: number;
  /** One for each store, in their order. */
  readonly outcomes: readonly StoreOutcome[];
}

/** Makes the documents of one sequence. */
type Build = (sequence: number) => PublicationContent | Promise<PublicationContent>;

export interface Publisher {
  /** The highest sequence that this process or any store that answers knows; 0 when there is none. */
  latest(): Promise<number>;
  /**
   * Makes the next sequence one above this, which a server serves although the stores may have lost it. One that is too high to be
   * ours is ignored.
   */
  continueAfter(sequence: number): void;
  /**
   * Gives what `build` makes the next sequence and publishes them to every store; calls run one after the
   * other. A store that fails is reported in the result.
   *
   * @param build may take its time; a publication that must not be any more when it is done is not written
   * @param basedOn the sequence that the documents continue. A store that is ahead of it shows that another publisher
   * was faster: a run that was held up must not overtake a newer one.
   * @param signal once it is aborted, no store is written to any more
   * @throws StoreError "superseded" when a store is ahead, "not_published" when no store took the publication; the reason of `signal`
   */
  publish(build: Build, basedOn: number, signal?: AbortSignal): Promise<PublishResult>;
}

export interface PublisherOptions extends StoreBound {
  /** At least one. */
  readonly stores: readonly DocumentStore[];
  readonly log: Logger;
  /** Told how each publication went in each store, also when no store took it. */
  readonly onOutcome?: (outcome: StoreOutcome) => void;
}

/**
 * Creates the one writer's way to its stores. The next sequence is 1 + the highest that this process or any store that
 * answers knows, so that a flushed store never makes it go back. It is given when a run publishes, not when it starts:
 * the refresh queue sees to it that runs do not overlap. Caches are written last, and only by the publisher that won
 * in the stores that compare.
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { log, outages, onOutcome } = options;
  const stores = options.stores.map((store) => boundStore(store, options));
  let highestKnown = 0;
  /** The highest that this process has given. */
  let highestOwn = 0;
  let last: Promise<unknown> = Promise.resolve();

  const guard = createCacheGuard(log);

  /** Stores of which something was thrown that no store throws, a defect: they do not report that themselves. */
  const reportedHere = new Set<string>();

  const failureOf = (store: DocumentStore, thrown: unknown): PulseboardError => {
    if (thrown instanceof PulseboardError) {
      return thrown;
    }
    // With its stack in the log, once, and no more than that: a store that is broken must not end a refresh.
    outages.failed(store.name, thrown instanceof Error ? thrown : new Error(String(thrown)));
    reportedHere.add(store.name);
    return storeFailed(store.name, thrown);
  };

  const works = ({ name }: DocumentStore): void => {
    if (!reportedHere.has(name)) {
      return;
    }
    outages.works(name);
    if (!outages.isUnavailable(name)) {
      reportedHere.delete(name);
    }
  };

  const sequenceOf = async (store: DocumentStore): Promise<number> => {
    try {
      return await guard.ask(store, () => store.sequence());
    } catch (thrown) {
      // No warning: publishing to it comes next, and shows whether it still fails.
      log.debug({ err: failureOf(store, thrown), store: store.name }, "Sequence of this store not known");
      return 0;
    }
  };

  /** The highest sequence of the stores that compare. A cache's makes ours higher too, and never stops a refresh. */
  const look = async (): Promise<number> => {
    const found = await Promise.all(
      stores.map(async (store) => ({ isCache: store.isCache ?? false, sequence: await sequenceOf(store) })),
    );
    highestKnown = Math.max(highestKnown, ...found.map(({ sequence }) => sequence));
    return Math.max(highestOwn, ...found.map(({ isCache, sequence }) => (isCache ? 0 : sequence)));
  };

  const latest = async (): Promise<number> => {
    await look();
    return highestKnown;
  };

  const publishTo = async (store: DocumentStore, publication: Publication): Promise<StoreOutcome> => {
    const { sequence } = publication;
    try {
      const result = await guard.ask(store, () => store.publish(publication));
      works(store);
      return result.published
        ? { store: store.name, outcome: "published" }
        : { store: store.name, outcome: "superseded", currentSequence: result.currentSequence };
    } catch (thrown) {
      const error = failureOf(store, thrown);
      const level = outages.isUnavailable(store.name) ? "debug" : "warn";
      log[level]({ err: error, store: store.name, sequence }, "Not published to this store");
      return { store: store.name, outcome: "failed", error };
    }
  };

  const publishNext = async (
    build: Build,
    basedOn: number,
    signal: AbortSignal | undefined,
  ): Promise<PublishResult> => {
    const known = await look();
    signal?.throwIfAborted();
    if (known > basedOn) {
      throw superseded(basedOn, known);
    }
    const sequence = highestKnown + 1;
    const publication: Publication = { ...(await build(sequence)), sequence };
    highestKnown = Math.max(highestKnown, sequence);
    highestOwn = sequence;
    const outcomes = new Map<DocumentStore, StoreOutcome>();
    for (const isCache of [false, true]) {
      // A cache takes any publication, also one that a newer run has overtaken meanwhile.
      signal?.throwIfAborted();
      const next = stores.filter((store) => (store.isCache ?? false) === isCache);
      const isWithheld = isCache && next.length > 0 && guard.isClosed();
      const publishing = next.map(async (store) => {
        const outcome: StoreOutcome = isWithheld
          ? { store: store.name, outcome: "withheld" }
          : await publishTo(store, publication);
        outcomes.set(store, outcome);
        onOutcome?.(outcome);
        highestKnown = Math.max(highestKnown, outcome.outcome === "superseded" ? outcome.currentSequence : 0);
      });
      await Promise.all(publishing);
      if ([...outcomes.values()].some(({ outcome }) => outcome === "superseded")) {
        throw superseded(basedOn, highestKnown);
      }
    }
    const inOrder = stores.flatMap((store) => outcomes.get(store) ?? []);
    if (inOrder.some(({ outcome }) => outcome === "published")) {
      return { sequence, outcomes: inOrder };
    }
    throw notPublished(sequence, inOrder);
  };

  return {
    latest,
    continueAfter: (sequence) => {
      if (countsFromOutside(sequence)) {
        highestKnown = Math.max(highestKnown, sequence);
      }
    },
    publish: (build, basedOn, signal) => {
      const result = last.then(() => publishNext(build, basedOn, signal));
      last = result.catch(() => undefined);
      return result;
    },
  };
}

function storeFailed(store: string, cause: unknown): StoreError {
  return new StoreError(`${store} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
    code: "store_failed",
    retryable: true,
    cause,
  });
}

function superseded(basedOn: number, latest: number): StoreError {
  return new StoreError(`Another publisher has published sequence ${latest} since ${basedOn}`, {
    code: "superseded",
    retryable: true,
    hint: "Another worker uses the same stores; the next refresh continues from what it published.",
  });
}

function notPublished(sequence: number, outcomes: readonly StoreOutcome[]): StoreError {
  const failure = outcomes.find((each) => each.outcome === "failed");
  const reasons = outcomes.map((each) => `${each.store}: ${each.outcome === "failed" ? each.error.message : ""}`);
  return new StoreError(`No store took sequence ${sequence} (${reasons.join("; ")})`, {
    code: "not_published",
    retryable: true,
    cause: failure?.error,
  });
}
