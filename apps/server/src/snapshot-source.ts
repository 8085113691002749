import { type Clock, type Logger, type Metrics, sleepUnlessAborted } from "@pulseboard/runtime";
import type { Announcements, DocumentStore, Publication } from "@pulseboard/storage";
import { type AnalysisTexts, type HeldSnapshot, hold, readPublication } from "./held-snapshot.ts";
import { type Verdict, watchStore } from "./store-watch.ts";

/** For what no announcement told of: a lost message, a store that came back, a file that was put there by hand. */
const POLL_MS = 5000;

/** How long the start waits for stores that do not answer. */
const FIRST_LOOK_MS = 1000;

export interface SnapshotSource {
  /** The names of the stores that failed the last time they were looked at. */
  storesAway(): readonly string[];
  close(): void;
}

export interface SnapshotSourceOptions {
  readonly stores: readonly DocumentStore[];
  readonly announcements: Announcements;
  readonly origin: string;
  readonly metrics?: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called with each snapshot that is newer than all before. */
  readonly onSnapshot: (held: HeldSnapshot, analyses: AnalysisTexts) => void;
}

/**
 * Finds the snapshot to serve: the highest sequence, in any store, that validates and is of our origin. Looks now, on
 * each announcement and every 5 s. Resolves after the first look through the stores, or when that takes too long.
 */
export async function openSnapshotSource(options: SnapshotSourceOptions): Promise<SnapshotSource> {
  const { stores, announcements, origin, metrics, clock, log, onSnapshot } = options;
  let heldSequence = 0;

  const offer = (publication: Publication): Verdict => {
    const read = readPublication(publication, origin);
    if (!read.ok) return { taken: false, problem: read.problem };
    // Another store may have had a newer one while this one was read.
    if (publication.sequence > heldSequence) {
      onSnapshot(hold(read, clock), read.analyses);
      if (read.alertsProblem !== null) {
        metrics?.refusedDocuments.inc({ kind: "alerts" });
        log.warn({ sequence: publication.sequence, problem: read.alertsProblem }, "Alerts refused; there are none");
      }
      heldSequence = publication.sequence;
    }
    return { taken: true };
  };

  const watches = stores.map((store) => ({
    name: store.name,
    watch: watchStore({ store, heldSequence: () => heldSequence, offer, metrics, clock, log }),
  }));
  const lookEverywhere = async (): Promise<void> => {
    await Promise.all(watches.map(({ watch }) => watch.look()));
  };

  const closing = new AbortController();
  const unsubscribe = announcements.subscribe((sequence) => {
    if (sequence > heldSequence) void lookEverywhere();
  });
  const longEnough = new AbortController();
  await Promise.race([lookEverywhere(), sleepUnlessAborted(clock, FIRST_LOOK_MS, longEnough.signal)]);
  longEnough.abort();
  void pollUntilAborted();

  async function pollUntilAborted(): Promise<void> {
    // Not awaited: a store that hangs must not end the polling of the others.
    while (await sleepUnlessAborted(clock, POLL_MS, closing.signal)) void lookEverywhere();
  }

  return {
    storesAway: () => watches.filter(({ watch }) => watch.isAway()).map(({ name }) => name),
    close: () => {
      unsubscribe();
      closing.abort();
    },
  };
}
