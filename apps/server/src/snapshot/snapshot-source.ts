import {
  type Clock,
  type Logger,
  type Metrics,
  type OutageLog,
  sleepUnlessAborted,
  withTimeout,
} from "@pulseboard/runtime";
import type { Announcements, DocumentStore, Publication } from "@pulseboard/storage";
import { type LoadedSnapshot, load } from "./loaded-snapshot.ts";
import { type AcceptResult, type StoreWatchDurations, watchStore } from "./store-watch.ts";

export interface SnapshotSourceDurations extends StoreWatchDurations {
  /** How often stores are looked at without an announcement: one may be lost, a store come back, a file be put there by hand. */
  readonly pollMs: number;
  /** How long the start waits for the first look at all stores; one that hangs must not hold it up for longer. */
  readonly firstLookMs: number;
}

export interface SnapshotSource {
  /** The names of the stores whose last look failed. */
  unavailableStores(): readonly string[];
  close(): void;
}

export interface SnapshotSourceOptions {
  readonly stores: readonly DocumentStore[];
  /** Null where new snapshots are not announced. */
  readonly announcements: Announcements | null;
  /** The market that this server shows; documents of another origin are refused. */
  readonly origin: string;
  /** Called with each snapshot that is newer than all before. */
  readonly onSnapshot: (loaded: LoadedSnapshot) => void;
  /** Called when a publication is announced that is older than what is served: its worker found every store empty. */
  readonly onOlder: () => void;
  readonly metrics?: Metrics | undefined;
  readonly durations: SnapshotSourceDurations;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

/**
 * Finds the snapshot to serve: the one with the highest sequence, in any store, that is valid and of our origin. Looks at all stores now,
 * when announcements can be heard, at each announcement, and from time to time. Resolves after the first look, or when that takes too long; then whatever is
 * still on its way is taken when it arrives.
 */
export async function openSnapshotSource(options: SnapshotSourceOptions): Promise<SnapshotSource> {
  const { stores, announcements, origin, onSnapshot, onOlder, metrics, durations, clock, log, outages } = options;
  let currentSequence = 0;

  const accept = (publication: Publication): AcceptResult => {
    const result = load(publication, origin, clock);
    if (!result.ok) {
      return { accepted: false, problem: result.problem };
    }
    const { sequence } = publication;
    // Another store may have had a newer one while this one was read.
    if (sequence > currentSequence) {
      onSnapshot(result.loaded);
      if (result.alertsProblem !== null) {
        metrics?.refusedDocuments.inc({ kind: "alerts" });
        log.warn({ sequence, problem: result.alertsProblem }, "Alerts refused; serving none");
      }
      currentSequence = sequence;
    }
    return { accepted: true };
  };

  const shared = { currentSequence: () => currentSequence, accept, metrics, durations, clock, log, outages };
  const watches = stores.map((store) => ({ name: store.name, watch: watchStore({ store, ...shared }) }));
  const lookEverywhere = async (): Promise<void> => {
    await Promise.all(watches.map(({ watch }) => watch.look()));
  };

  const onAnnounced = (sequence: number): void => {
    if (sequence > currentSequence) {
      void lookEverywhere();
    } else if (sequence < currentSequence) {
      onOlder();
    }
  };
  // What was announced before they can be heard, or while they could not be, may lie there already.
  const unsubscribe = announcements?.subscribe(onAnnounced, () => void lookEverywhere());
  await withTimeout(lookEverywhere, { clock, ms: durations.firstLookMs, onTimeout: () => {} });

  const closing = new AbortController();
  const pollUntilClosed = async (): Promise<void> => {
    while (await sleepUnlessAborted(clock, durations.pollMs, closing.signal)) {
      // Without await: a store that hangs must not hold up the others.
      void lookEverywhere();
    }
  };
  void pollUntilClosed();

  return {
    unavailableStores: () => watches.filter(({ watch }) => watch.isUnavailable()).map(({ name }) => name),
    close: () => {
      unsubscribe?.();
      closing.abort();
    },
  };
}
