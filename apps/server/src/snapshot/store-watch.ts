import { type Clock, type Logger, type Metrics, type OutageLog, PulseboardError } from "@pulseboard/runtime";
import { type DocumentStore, PUBLICATION_DAMAGED, type Publication, StoreError } from "@pulseboard/storage";

export interface StoreWatchDurations {
  /** How long a publication that was refused is not read again; somebody may repair it under the same sequence. */
  readonly refusedForMs: number;
  /** A read that takes longer than this counts as an outage, and a store that stays behind for as long is reported. Stores have shorter deadlines of their own. */
  readonly hangsAfterMs: number;
}

/** Accepted, or the reason why not. */
export type AcceptResult = { readonly accepted: true } | { readonly accepted: false; readonly problem: string };

export interface StoreWatch {
  /** Looks for a newer publication in the store. Never throws. When called during a look, the store is looked at once more after it. */
  look(): Promise<void>;
  /** Tells whether the last look failed, or the current one takes too long. */
  isUnavailable(): boolean;
}

export interface StoreWatchOptions {
  readonly store: DocumentStore;
  /** The highest sequence that was accepted so far; 0 for none. */
  readonly currentSequence: () => number;
  readonly accept: (publication: Publication) => AcceptResult;
  readonly metrics?: Metrics | undefined;
  readonly durations: StoreWatchDurations;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

/**
 * Watches one store. Each store has its own watch, so that one that hangs does not hold up the others. A problem with a publication
 * is logged once, and again only after the store was in order in between.
 */
export function watchStore(options: StoreWatchOptions): StoreWatch {
  const { store, currentSequence, accept, metrics, durations, clock, log, outages } = options;
  let isDisconnected = false;
  /** True if the outage was reported here: stores report their own, but not that they hang. */
  let isReportedHere = false;
  let looking: Promise<void> | null = null;
  let lookingSinceMs = 0;
  let lookAgain = false;
  const logged = new Set<string>();
  /** The sequence at the last look, if it was older than the current one, otherwise 0; and since when it is that. */
  let older = { sequence: 0, sinceMs: 0 };
  let newestSeen = 0;
  /** The newest sequence that was refused, and when. */
  let refused = { sequence: 0, atMs: 0 };

  const refuse = (sequence: number, problem: string): void => {
    refused = { sequence: newestSeen, atMs: clock.monotonicMs() };
    const line = `${sequence} ${problem}`;
    if (logged.has(line)) {
      return;
    }
    logged.add(line);
    metrics?.refusedDocuments.inc({ kind: "publication" });
    log.warn({ store: store.name, sequence, problem }, "Snapshot refused; going on with the last good one");
  };

  const acceptNewest = async (sequence: number, current: number): Promise<void> => {
    if (sequence === refused.sequence && clock.monotonicMs() - refused.atMs < durations.refusedForMs) {
      return;
    }
    const publication = await store.read();
    if (publication === null) {
      return;
    }
    const isDamaged = publication.sequence < sequence;
    const result = accept(publication);
    if (result.accepted && !isDamaged) {
      logged.clear();
    }
    if (isDamaged) {
      refuse(sequence, "damaged");
    }
    if (result.accepted) {
      return;
    }
    refuse(publication.sequence, result.problem);
    // A publication of another version or market must not hide the good one before it.
    const before = (await store.readOlder?.(publication.sequence)) ?? null;
    if (before === null || before.sequence <= current) {
      return;
    }
    const second = accept(before);
    if (!second.accepted) {
      refuse(before.sequence, second.problem);
    }
  };

  const lookOnce = async (): Promise<void> => {
    const sequence = await store.sequence();
    if (sequence !== newestSeen) {
      logged.clear();
    }
    newestSeen = sequence;
    const current = currentSequence();
    const olderSequence = sequence < current ? sequence : 0;
    if (olderSequence !== older.sequence) {
      older = { sequence: olderSequence, sinceMs: clock.monotonicMs() };
    }
    if (sequence > current) {
      await acceptNewest(sequence, current);
    } else if (sequence === current) {
      logged.clear();
    } else if (older.sequence > 0 && clock.monotonicMs() - older.sinceMs >= durations.hangsAfterMs) {
      // Only when it lasts: a publication does not reach all stores at once, and two looks may be a moment apart.
      refuse(older.sequence, "older than the snapshot that is served");
    }
  };

  const failed = (error: Error): void => {
    const code = error instanceof PulseboardError ? error.code : "unexpected";
    isDisconnected = true;
    metrics?.storeErrors.inc({ store: store.name, operation: "read", code });
    log.debug({ err: error, store: store.name }, "Store failed; going on without it");
    if (!outages.isUnavailable(store.name)) {
      outages.failed(store.name, error);
      isReportedHere = true;
    }
  };

  const works = (): void => {
    if (isReportedHere) {
      outages.works(store.name);
      isReportedHere = outages.isUnavailable(store.name);
    }
    isDisconnected = false;
  };

  const lookUntilQuiet = async (): Promise<void> => {
    do {
      lookAgain = false;
      lookingSinceMs = clock.monotonicMs();
      try {
        await lookOnce();
        works();
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        if (error instanceof PulseboardError && error.code === PUBLICATION_DAMAGED) {
          works();
          refuse(newestSeen, error.message);
        } else {
          failed(error);
        }
      }
    } while (lookAgain);
    looking = null;
  };

  return {
    look: () => {
      if (looking === null) {
        looking = lookUntilQuiet();
      } else {
        lookAgain = true;
        const waitedMs = clock.monotonicMs() - lookingSinceMs;
        if (waitedMs >= durations.hangsAfterMs) {
          const message = `${store.name} has not answered for ${Math.round(waitedMs)} ms`;
          failed(new StoreError(message, { code: "store_timeout", retryable: true }));
        }
      }
      return looking;
    },
    isUnavailable: () => isDisconnected,
  };
}
