import { type Clock, type Logger, type Metrics, type OutageLog, sleepUnlessAborted } from "@pulseboard/runtime";
import type { Publication } from "@pulseboard/storage";
import { type AnalysisTexts, type HeldSnapshot, hold, readPublication } from "./held-snapshot.ts";
import type { Sources } from "./server-context.ts";
import { type StoreWatch, type Verdict, watchStore } from "./store-watch.ts";

/** For what no announcement told of: a lost message, a store that came back, a file that was put there by hand. */
const POLL_MS = 5000;

/** How long the start waits for stores that do not answer. */
const FIRST_LOOK_MS = 1000;
/** How long it waits for the first stores alone, which are at hand, if there are others. */
const AT_HAND_MS = 300;

export interface SnapshotSource {
  /** The names of the stores that failed the last time they were looked at. */
  storesAway(): readonly string[];
  /** Looks through the other sources too, from now on. */
  followOthers(): void;
  close(): void;
}

export interface SnapshotSourceOptions extends Sources {
  /** What is opened when it is to be followed, or when the first look finds nothing. */
  readonly openOthers?: (() => Sources) | undefined;
  readonly origin: string;
  readonly metrics?: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
  /** Called with each snapshot that is newer than all before. */
  readonly onSnapshot: (held: HeldSnapshot, analyses: AnalysisTexts) => void;
}

/**
 * Finds the snapshot to serve: the highest sequence, in any store, that validates and is of our origin. Looks now, on
 * each announcement and every 5 s. Resolves after the first look through the stores, or when that takes too long. The other
 * stores are followed when somebody asks for it, or when there is nothing in these.
 */
export async function openSnapshotSource(options: SnapshotSourceOptions): Promise<SnapshotSource> {
  const { origin, metrics, clock, log, outages, onSnapshot } = options;
  let heldSequence = 0;

  const offer = (publication: Publication): Verdict => {
    const read = readPublication(publication, origin);
    if (!read.ok) {
      return { taken: false, problem: read.problem };
    }
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

  const watches: { readonly name: string; readonly watch: StoreWatch }[] = [];
  const unsubscribes: (() => void)[] = [];
  const lookEverywhere = async (): Promise<void> => {
    await Promise.all(watches.map(({ watch }) => watch.look()));
  };
  const follow = ({ stores, announcements }: Sources): void => {
    for (const store of stores) {
      const watch = watchStore({ store, heldSequence: () => heldSequence, offer, metrics, clock, log, outages });
      watches.push({ name: store.name, watch });
    }
    if (announcements === null) {
      return;
    }
    const onAnnouncement = (sequence: number): void => {
      if (sequence > heldSequence) {
        void lookEverywhere();
      }
    };
    unsubscribes.push(announcements.subscribe(onAnnouncement));
  };

  const closing = new AbortController();
  let { openOthers } = options;
  const followOthers = (): Promise<void> => {
    if (openOthers !== undefined && !closing.signal.aborted) {
      const open = openOthers;
      openOthers = undefined;
      follow(open());
    }
    return lookEverywhere();
  };
  const longEnough = new AbortController();
  const findFirst = async (): Promise<void> => {
    const atHand = lookEverywhere();
    if (openOthers !== undefined) {
      await Promise.race([atHand, sleepUnlessAborted(clock, AT_HAND_MS, longEnough.signal)]);
    }
    // Also for a disk that hangs.
    await (heldSequence === 0 ? followOthers() : atHand);
  };

  follow(options);
  await Promise.race([findFirst(), sleepUnlessAborted(clock, FIRST_LOOK_MS, longEnough.signal)]);
  longEnough.abort();
  void pollUntilAborted();

  async function pollUntilAborted(): Promise<void> {
    // Not awaited: a store that hangs must not end the polling of the others.
    while (await sleepUnlessAborted(clock, POLL_MS, closing.signal)) {
      void lookEverywhere();
    }
  }

  return {
    storesAway: () => watches.filter(({ watch }) => watch.isAway()).map(({ name }) => name),
    followOthers: () => void followOthers(),
    close: () => {
      for (const unsubscribe of unsubscribes) {
        unsubscribe();
      }
      closing.abort();
    },
  };
}
