import {
  type Clock,
  type Logger,
  type Metrics,
  type OutageLog,
  PulseboardError,
  type ReportedCode,
} from "@pulseboard/runtime";
import { type DocumentStore, PUBLICATION_DAMAGED, type Publication } from "@pulseboard/storage";

/** What the holder of the current snapshot says to a publication: taken, or why not. */
export type Verdict = { readonly taken: true } | { readonly taken: false; readonly problem: string };

/** What was of no use is looked at again after this time: it may have been mended by hand, under the same sequence. */
const REFUSED_FOR_MS = 60_000;

/** A store has deadlines of its own; one that takes longer than this hangs. */
const HANGS_AFTER_MS = 4000;

export interface StoreWatch {
  /** Looks whether the store has something newer. Never throws; looks again if it is called while it looks. */
  look(): Promise<void>;
  /** Whether the store failed the last time, or does not answer. */
  isAway(): boolean;
}

export interface StoreWatchOptions {
  readonly store: DocumentStore;
  /** The sequence that is served now; 0 for none. */
  readonly heldSequence: () => number;
  readonly offer: (publication: Publication) => Verdict;
  readonly metrics?: Metrics | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

/**
 * Watches one store. Each has a watch of its own, so that one that hangs holds up no other. Whatever is wrong with a
 * store, or with a publication that lies in it, is said once, and again only after it was right in between.
 */
export function watchStore(options: StoreWatchOptions): StoreWatch {
  const { store, heldSequence, offer, metrics, clock, log, outages } = options;
  let away = false;
  /** Whether the outage was reported here: a store reports its own, but not that it hangs. */
  let reported = false;
  let looking: Promise<void> | null = null;
  let lookingSinceMs = 0;
  let lookAgain = false;
  const said = new Set<string>();
  /** An older sequence that lay here the last time; 0 for none. */
  let olderBefore = 0;
  let newestSeen = 0;
  /** The newest that was of no use, and when that was found. */
  let refused = { sequence: 0, atMs: 0 };

  const refuse = (sequence: number, problem: string): void => {
    refused = { sequence: newestSeen, atMs: clock.monotonicMs() };
    const what = `${sequence} ${problem}`;
    if (said.has(what)) {
      return;
    }
    said.add(what);
    metrics?.refusedDocuments.inc({ kind: "publication" });
    log.warn({ store: store.name, sequence, problem }, "Snapshot refused; going on with the last good one");
  };

  const offerNewest = async (sequence: number, held: number): Promise<void> => {
    if (sequence === refused.sequence && clock.monotonicMs() - refused.atMs < REFUSED_FOR_MS) {
      return;
    }
    const publication = await store.read();
    if (publication === null) {
      return;
    }
    const isDamaged = publication.sequence < sequence;
    const verdict = offer(publication);
    if (verdict.taken && !isDamaged) {
      said.clear();
    }
    if (isDamaged) {
      refuse(sequence, "damaged");
    }
    if (verdict.taken) {
      return;
    }
    refuse(publication.sequence, verdict.problem);
    // What another version or another market left must not hide the good one before it.
    const before = (await store.readOlder?.(publication.sequence)) ?? null;
    if (before === null || before.sequence <= held) {
      return;
    }
    const second = offer(before);
    if (!second.taken) {
      refuse(before.sequence, second.problem);
    }
  };

  const lookOnce = async (): Promise<void> => {
    const sequence = await store.sequence();
    if (sequence !== newestSeen) {
      said.clear();
    }
    newestSeen = sequence;
    const held = heldSequence();
    const older = sequence < held ? sequence : 0;
    if (sequence > held) {
      await offerNewest(sequence, held);
    } else if (sequence === held) {
      said.clear();
    } else if (older > 0 && older === olderBefore) {
      // Not at once: a publication reaches one store sooner than another.
      refuse(older, "older than what is served");
    }
    olderBefore = older;
  };

  const failed = (error: Error, code: ReportedCode): void => {
    metrics?.storeErrors.inc({ store: store.name, operation: "read", code });
    log.debug({ err: error, store: store.name }, "Store failed; going on without it");
    if (!outages.isAway(store.name)) {
      outages.failed(store.name, error);
      reported = true;
    }
    away = true;
  };

  const answered = (): void => {
    if (reported) {
      outages.works(store.name);
      reported = outages.isAway(store.name);
    }
    away = false;
  };

  const lookUntilQuiet = async (): Promise<void> => {
    do {
      lookAgain = false;
      lookingSinceMs = clock.monotonicMs();
      try {
        await lookOnce();
        answered();
      } catch (err) {
        const code = err instanceof PulseboardError ? err.code : "unexpected";
        if (err instanceof PulseboardError && code === PUBLICATION_DAMAGED) {
          answered();
          refuse(newestSeen, err.message);
        } else {
          failed(err instanceof Error ? err : new Error(String(err)), code);
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
        if (waitedMs >= HANGS_AFTER_MS) {
          failed(new Error(`${store.name} has not answered for ${Math.round(waitedMs)} ms`), "hangs");
        }
      }
      return looking;
    },
    isAway: () => away,
  };
}
