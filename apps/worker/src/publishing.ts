import { type Clock, type Config, type Logger, type Metrics, PulseboardError } from "@pulseboard/runtime";
import {
  type Announcements,
  createPublisher,
  type DocumentStore,
  PUBLICATION_DAMAGED,
  type Publication,
} from "@pulseboard/storage";
import { buildDocuments } from "./documents/build-documents.ts";
import { restorePicture } from "./documents/restore-picture.ts";
import type { Picture } from "./picture/picture.ts";

export interface PublishingOptions {
  readonly config: Config;
  readonly stores: readonly DocumentStore[];
  readonly announcements: Announcements;
  /** Of the schedule, ms. */
  readonly periodMs: number;
  readonly metrics: Metrics;
  /** Whether a server in this process says and counts the same refusals. */
  readonly besideServer?: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What one refresh publishes with. */
export interface RunPublication {
  /** What another worker, or this one before a restart, has published since this one last did; null when nobody has. */
  readonly newerPicture: Picture | null;
  /**
   * Publishes to every store and announces it; resolves with the sequence.
   * @throws StoreError "superseded" when another worker has published since the run began
   */
  readonly publish: (picture: Picture) => Promise<number>;
}

export interface Publishing {
  /** To be called as a run begins: what it publishes is the successor of what is published now, or nothing. */
  begin(): Promise<RunPublication>;
}

/** The worker's way to its readers. */
export function createPublishing(options: PublishingOptions): Publishing {
  const { config, stores, announcements, periodMs, metrics, clock, log } = options;
  const publisher = createPublisher({ stores, log });
  const imprint = { origin: config.origin, simulated: config.simulated, periodMs };
  let ownSequence = 0;

  const announce = async (sequence: number): Promise<void> => {
    try {
      await announcements.announce(sequence);
    } catch (err) {
      if (!(err instanceof PulseboardError)) {
        throw err;
      }
      // It is published all the same; readers find it by their slow poll.
      log.debug({ err, sequence }, "Not announced");
    }
  };

  return {
    begin: async () => {
      let basedOn = await publisher.latest();
      const newerPicture = basedOn > ownSequence ? await restoreNewest(options) : null;
      ownSequence = basedOn;
      return {
        newerPicture,
        publish: async (picture) => {
          const { sequence, outcomes } = await publisher.publish(
            (next) =>
              buildDocuments(picture, imprint, next, clock.nowMs(), (symbol, err) =>
                log.error({ err, symbol }, "Left out: its explanation is not valid, a defect of ours"),
              ),
            basedOn,
          );
          for (const each of outcomes) {
            if (each.outcome === "failed") {
              metrics.storeErrors.inc({ store: each.store, operation: "publish", code: each.error.code });
            }
          }
          metrics.snapshotSequence.set(sequence);
          basedOn = sequence;
          ownSequence = sequence;
          await announce(sequence);
          return sequence;
        },
      };
    },
  };
}

/** The last known good picture: the newest one that any store has and that can be read. */
async function restoreNewest(options: PublishingOptions): Promise<Picture | null> {
  const { config, stores, metrics, besideServer = false, log } = options;

  const refuse = (kind: "publication" | "alerts", details: object, message: string): void => {
    if (!besideServer) {
      metrics.refusedDocuments.inc({ kind });
    }
    log[besideServer ? "debug" : "warn"](details, message);
  };

  const readNewest = async (store: DocumentStore): Promise<Publication | null> => {
    const sequence = await store.sequence();
    const publication = await store.read();
    if (publication !== null && publication.sequence < sequence) {
      refuse("publication", { sequence, store: store.name, problem: "damaged" }, "Documents not restored");
    }
    return publication;
  };

  const orNothing = async (
    store: DocumentStore,
    read: Promise<Publication | null> | undefined,
  ): Promise<Publication | null> => {
    try {
      return (await read) ?? null;
    } catch (err) {
      if (!(err instanceof PulseboardError)) {
        throw err;
      }
      const details = { err, store: store.name };
      if (err.code === PUBLICATION_DAMAGED) {
        refuse("publication", details, "Nothing restored from this store");
      } else {
        metrics.storeErrors.inc({ store: store.name, operation: "read", code: err.code });
        log.warn(details, "Nothing restored from this store");
      }
      return null;
    }
  };

  const publications = await Promise.all(stores.map((store) => orNothing(store, readNewest(store))));
  const newestFirst = publications
    .filter((publication) => publication !== null)
    .toSorted((a, b) => b.sequence - a.sequence);
  for (let next = newestFirst.shift(); next !== undefined; next = newestFirst.shift()) {
    const { sequence, documents } = next;
    const restored = restorePicture(documents, config.origin);
    if ("picture" in restored) {
      const { picture, alertsProblem } = restored;
      if (alertsProblem !== null) {
        refuse("alerts", { sequence, problem: alertsProblem }, "Alerts not restored");
      }
      log.info({ sequence }, "Last known good documents restored");
      return picture;
    }
    refuse("publication", { sequence, problem: restored.problem }, "Documents not restored");
    // What another version or another market left must not hide the good ones before it.
    const older = await Promise.all(stores.map((store) => orNothing(store, store.readOlder?.(sequence))));
    newestFirst.push(...older.filter((publication) => publication !== null));
    newestFirst.sort((a, b) => b.sequence - a.sequence);
  }
  return null;
}
