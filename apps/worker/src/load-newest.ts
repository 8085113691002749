import { type Clock, type Logger, type Metrics, type OutageLog, PulseboardError } from "@pulseboard/runtime";
import { WORKER_STATE_KEY } from "@pulseboard/snapshot";
import {
  boundStore,
  type DocumentStore,
  PUBLICATION_DAMAGED,
  type Publication,
  type StorageDurations,
} from "@pulseboard/storage";
import { loadMarketState } from "./documents/load-market-state.ts";
import type { RefreshRun } from "./run-watch.ts";
import type { MarketState } from "./state/market-state.ts";

export interface LoadOptions {
  readonly config: { readonly origin: string };
  readonly stores: readonly DocumentStore[];
  readonly metrics: Metrics;
  /** True if a server in this process logs and counts the same refusals. */
  readonly embedded?: boolean;
  /** Told of each call of a store. */
  readonly begins?: RefreshRun["begins"];
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly storageDurations: StorageDurations;
}

/** The newest state that any store holds and that can be read; null when there is none. */
export async function loadNewest(options: LoadOptions): Promise<MarketState | null> {
  const { config, metrics, embedded = false, log, outages } = options;
  const stores = options.stores.map((store) => boundStore(store, { ...options, durations: options.storageDurations }));

  const refuse = (kind: "publication" | "alerts", details: object, message: string): void => {
    if (!embedded) {
      metrics.refusedDocuments.inc({ kind });
    }
    log[embedded ? "debug" : "warn"](details, message);
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
      const details = { err, store: store.name };
      const code = err instanceof PulseboardError ? err.code : "unexpected";
      if (code === PUBLICATION_DAMAGED) {
        refuse("publication", details, "Nothing restored from this store");
      } else {
        metrics.storeErrors.inc({ store: store.name, operation: "read", code });
        log[outages.isUnavailable(store.name) ? "debug" : "warn"](details, "Nothing restored from this store");
      }
      return null;
    }
  };

  const publications = await Promise.all(stores.map((store) => orNothing(store, readNewest(store))));
  const candidates = publications.filter((publication) => publication !== null);
  for (let next = takeNewest(candidates); next !== null; next = takeNewest(candidates)) {
    const { sequence, documents } = next;
    const loaded = loadMarketState(documents, config.origin);
    if ("state" in loaded) {
      if (loaded.alertsProblem !== null) {
        refuse("alerts", { sequence, problem: loaded.alertsProblem }, "Alerts not restored");
      }
      logStateProblem(next, loaded.workerStateProblem, log);
      log.info({ sequence }, "Last known good documents restored");
      return loaded.state;
    }
    refuse("publication", { sequence, problem: loaded.problem }, "Documents not restored");
    // Documents of another version or another market must not hide the good ones before them.
    const older = await Promise.all(stores.map((store) => orNothing(store, store.readOlder?.(sequence))));
    candidates.push(...older.filter((publication) => publication !== null));
  }
  return null;
}

/** Removes and returns the newest publication, of equal ones the one with `worker:state`, which memcached does not hold. */
function takeNewest(candidates: Publication[]): Publication | null {
  candidates.sort((a, b) => b.sequence - a.sequence || Number(hasState(b)) - Number(hasState(a)));
  return candidates.shift() ?? null;
}

function hasState({ documents }: Publication): boolean {
  return documents.has(WORKER_STATE_KEY);
}

/** A state that is missing is no defect: the version before did not write it, and memcached does not hold it. */
function logStateProblem(publication: Publication, problem: string | null, log: Logger): void {
  if (problem !== null) {
    const { sequence } = publication;
    log[hasState(publication) ? "warn" : "info"]({ sequence, problem }, "worker:state not restored in full");
  }
}
