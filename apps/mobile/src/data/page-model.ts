import type { Alert, ConfluenceAnalysis, PageSnapshot, RecordDocument, SymbolHistory } from "@pulseboard/snapshot";
import type { Days } from "./days.ts";
import type { DeviceStore } from "./device-store.ts";
import { createDocuments, type Loaded } from "./documents.ts";
import { createFeed, type FeedOptions } from "./feed.ts";
import { type FeedState, INITIAL_STATE, type ShownSnapshot } from "./feed-state.ts";
import { createSession } from "./session.ts";
import { type SessionChanges, sessionChanges } from "./session-changes.ts";
import { ageNow, ageOfCopy } from "./snapshot-age.ts";

/** Everything the page shows. */
export interface PageState extends FeedState {
  /** Changes since the reader's previous session; null when there is nothing to compare. */
  readonly changes: SessionChanges | null;
  readonly favourites: ReadonlySet<string>;
}

/** Actions that a view can start. None of them throws, and each stays the same function for the life of the page. */
export interface PageActions {
  readonly toggleFavourite: (symbol: string) => void;
  /** From the server, or the copy on this device when the server cannot be reached. */
  readonly loadAnalysis: (symbol: string) => Promise<Loaded<ConfluenceAnalysis>>;
  readonly loadAlerts: () => Promise<Loaded<readonly Alert[]>>;
  readonly loadDays: () => Promise<Loaded<Days>>;
  readonly loadRecord: () => Promise<Loaded<RecordDocument>>;
  readonly loadHistory: (symbol: string) => Promise<Loaded<SymbolHistory>>;
}

export interface PageModel {
  readonly state: () => PageState;
  /** Calls the listener on every change, until the returned function is called. */
  readonly subscribe: (listener: (state: PageState) => void) => () => void;
  readonly setVisible: (isVisible: boolean) => void;
  readonly networkChanged: () => void;
  readonly refresh: () => Promise<void>;
  /** Age of the snapshot on the screen, ms; null when unknown. */
  readonly ageMs: () => number | null;
  /** The server's time if known, otherwise the device's; Unix seconds. */
  readonly nowS: () => number;
  readonly actions: PageActions;
}

export interface PageModelOptions extends Omit<FeedOptions, "onChange"> {
  readonly store: DeviceStore;
}

/**
 * Combines the feed, the copy on the device, the session and the favourites into one state. Shows the copy at once,
 * then the server's snapshot, which it stores.
 */
export function createPageModel({ store, ...world }: PageModelOptions): PageModel {
  const { clock } = world;
  const listeners = new Set<(state: PageState) => void>();
  const session = createSession(store, clock);
  let state: PageState = { ...INITIAL_STATE, changes: null, favourites: new Set(store.favourites.read()) };

  const change = (next: PageState): void => {
    state = next;
    for (const listener of listeners) {
      listener(state);
    }
  };
  const changesOf = (snapshot: PageSnapshot | undefined): SessionChanges | null => {
    const baseline = session.baseline();
    return baseline === null || snapshot === undefined ? null : sessionChanges(baseline, snapshot);
  };

  const onFeed = (next: FeedState): void => {
    const isNew = next.shown?.snapshot !== state.shown?.snapshot;
    const changes = isNew ? changesOf(next.shown?.snapshot) : state.changes;
    if (isNew && next.shown?.from === "server") {
      storeSnapshot(next.shown);
    }
    change({ ...state, ...next, changes });
  };
  const storeSnapshot = ({ snapshot, etag, age }: ShownSnapshot): void => {
    const ageMs = ageNow(age, clock.elapsedMs());
    store.snapshot.write({ snapshot, etag, age: ageMs === null ? null : { ageMs, wallMs: clock.wallMs() } });
    session.markSeen();
  };

  const feed = createFeed({ ...world, onChange: onFeed });
  const sources = { ...world, store, market: () => state.shown?.snapshot.origin ?? null };
  const documents = createDocuments(sources);
  let record: PageActions["loadRecord"] | null = null;

  const ageMs = (): number | null => ageNow(state.shown?.age ?? null, clock.elapsedMs());
  const toggleFavourite = (symbol: string): void => {
    // Another tab may have changed them.
    const favourites = new Set(store.favourites.read() ?? state.favourites);
    if (!favourites.delete(symbol)) {
      favourites.add(symbol);
    }
    store.favourites.write([...favourites]);
    change({ ...state, favourites });
  };

  feed.start(storedCopy(store, clock));
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setVisible: (isVisible) => {
      if (isVisible) {
        session.resume(state.shown?.snapshot ?? null);
        change({ ...state, changes: changesOf(state.shown?.snapshot) });
      }
      session.markSeen();
      feed.setVisible(isVisible);
    },
    networkChanged: feed.networkChanged,
    refresh: feed.refresh,
    ageMs,
    nowS: () => {
      const age = ageMs();
      if (age === null || state.shown === null) {
        return Math.floor(clock.wallMs() / 1000);
      }
      return Math.floor((Date.parse(state.shown.snapshot.generated_at) + age) / 1000);
    },
    actions: {
      toggleFavourite,
      loadAnalysis: documents.analysis,
      loadAlerts: documents.alerts,
      loadDays: documents.days,
      loadRecord: async () => {
        // Its code is in the file of the views that ask for it.
        const { createRecordSource } = await import("./record-source.ts");
        record ??= createRecordSource(sources);
        return record();
      },
      loadHistory: documents.history,
    },
  };
}

function storedCopy(store: DeviceStore, clock: FeedOptions["clock"]): ShownSnapshot | null {
  const stored = store.snapshot.read();
  if (stored === null) {
    return null;
  }
  const now = { wallMs: clock.wallMs(), elapsedMs: clock.elapsedMs() };
  return { snapshot: stored.snapshot, etag: stored.etag, age: ageOfCopy(stored.age, now), from: "device" };
}
