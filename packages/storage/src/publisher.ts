import { type Clock, type Logger, PulseboardError, systemClock } from "@pulseboard/runtime";
import type { DocumentStore } from "./document-store.ts";
import { highestSequence } from "./highest-sequence.ts";
import { StoreError } from "./store-error.ts";
import { withDeadline } from "./with-deadline.ts";

/** What became of a publication in one store. */
export type StoreOutcome =
  | { readonly store: string; readonly outcome: "published" }
  /** The store holds something newer and kept it. */
  | { readonly store: string; readonly outcome: "superseded"; readonly currentSequence: number }
  | { readonly store: string; readonly outcome: "failed"; readonly error: PulseboardError };

export interface PublishResult {
  readonly sequence: number;
  /** One for each store, in their order. */
  readonly outcomes: readonly StoreOutcome[];
}

export interface Publisher {
  /** The highest sequence that this process or any store that answers knows; 0 when there is none. */
  latest(): Promise<number>;
  /**
   * Gives the documents that `build` makes the next sequence and publishes them to every store. A store that fails is
   * logged and reported; throws a StoreError "not_published" when no store took the publication. Calls run one after the
   * other.
   * @param basedOn The sequence of what the documents go on from. Where a store turns out to be ahead of it, somebody has
   * published meanwhile, and a StoreError "superseded" is thrown: a run that was held up must not overtake a newer one.
   */
  publish(build: (sequence: number) => ReadonlyMap<string, string>, basedOn: number): Promise<PublishResult>;
}

export interface PublisherOptions {
  /** At least one. */
  readonly stores: readonly DocumentStore[];
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * A store that has not answered by then has failed. Redis and memcached give up earlier by themselves; a disk that hangs
 * never does.
 */
const DEADLINE_MS = 5_000;

/**
 * The one writer's way to its stores. The next sequence is 1 + the highest that is known to this process's memory or to
 * any store that answers, so that a flushed store never makes it go back. It is given when a run publishes, not when it
 * starts: that runs do not overlap is the refresh queue's promise.
 */
export function createPublisher({ stores, log, clock = systemClock }: PublisherOptions): Publisher {
  let highestKnown = 0;
  let last: Promise<unknown> = Promise.resolve();

  const publishTo = async (store: DocumentStore, sequence: number, documents: ReadonlyMap<string, string>) => {
    try {
      const result = await withDeadline(clock, DEADLINE_MS, store.publish({ sequence, documents }), () => late(store));
      return result.published
        ? ({ store: store.name, outcome: "published" } as const)
        : ({ store: store.name, outcome: "superseded", currentSequence: result.currentSequence } as const);
    } catch (thrown) {
      // A defect of ours is not a failing store.
      if (!(thrown instanceof PulseboardError)) {
        throw thrown;
      }
      log.warn({ err: thrown, store: store.name, sequence }, "Not published to this store");
      return { store: store.name, outcome: "failed", error: thrown } as const;
    }
  };

  const latest = async (): Promise<number> => {
    const asked = stores.map((store) => ({
      name: store.name,
      sequence: () => withDeadline(clock, DEADLINE_MS, store.sequence(), () => late(store)),
    }));
    highestKnown = Math.max(highestKnown, await highestSequence(asked, log));
    return highestKnown;
  };

  const publishNext = async (
    build: (sequence: number) => ReadonlyMap<string, string>,
    basedOn: number,
  ): Promise<PublishResult> => {
    const known = await latest();
    if (known > basedOn) {
      throw superseded(basedOn, known);
    }
    const sequence = highestKnown + 1;
    const documents = build(sequence);
    const outcomes = await Promise.all(stores.map((store) => publishTo(store, sequence, documents)));
    const ahead = outcomes.flatMap((each) => (each.outcome === "superseded" ? [each.currentSequence] : []));
    highestKnown = Math.max(sequence, ...ahead);
    if (ahead.length > 0) {
      throw superseded(basedOn, highestKnown);
    }
    if (outcomes.some((each) => each.outcome === "published")) {
      return { sequence, outcomes };
    }
    throw notPublished(sequence, outcomes);
  };

  return {
    latest,
    publish: (build, basedOn) => {
      const result = last.then(() => publishNext(build, basedOn));
      last = result.catch(() => undefined);
      return result;
    },
  };
}

function late({ name }: DocumentStore): StoreError {
  return new StoreError(`${name} has not answered for ${DEADLINE_MS} ms`, {
    code: "store_timeout",
    retryable: true,
    hint: "The refresh goes on with the other stores.",
  });
}

function superseded(basedOn: number, latest: number): StoreError {
  return new StoreError(`Sequence ${latest} was published by somebody else since ${basedOn}`, {
    code: "superseded",
    retryable: true,
    hint: "Another worker is at work on the same stores; the next refresh goes on from what it published.",
  });
}

function notPublished(sequence: number, outcomes: readonly StoreOutcome[]): StoreError {
  const failure = outcomes.find((each) => each.outcome === "failed");
  const reasons = outcomes.map((each) => `${each.store}: ${reasonOf(each)}`).join("; ");
  return new StoreError(`No store took sequence ${sequence} (${reasons})`, {
    code: "not_published",
    retryable: true,
    cause: failure?.error,
  });
}

function reasonOf(outcome: StoreOutcome): string {
  if (outcome.outcome === "failed") {
    return outcome.error.message;
  }
  return outcome.outcome === "superseded" ? `holds ${outcome.currentSequence} already` : outcome.outcome;
}
