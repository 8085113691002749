import type { PageSnapshot } from "@pulseboard/snapshot";
import type { PageActions } from "../page-state.ts";
import type { DeviceStore } from "./device-store.ts";
import { createDocuments } from "./documents.ts";
import { createFeed, type FeedOptions } from "./feed.ts";
import { type FeedState, FIRST_STATE, type Held } from "./feed-state.ts";
import { type SinceLastLook, sinceLastLook } from "./since-last-look.ts";
import { ageNow, ageOfCopy } from "./snapshot-age.ts";
import { createVisit } from "./visit.ts";

/** All that the page shows comes from here. */
export interface PageState extends FeedState {
  readonly since: SinceLastLook | null;
  readonly favourites: ReadonlySet<string>;
}

export interface PageModel {
  readonly state: () => PageState;
  /** Tells of every change until what it returns is called. */
  readonly subscribe: (listener: (state: PageState) => void) => () => void;
  readonly setVisible: (isVisible: boolean) => void;
  readonly networkChanged: () => void;
  readonly refresh: () => Promise<void>;
  /** Age of the snapshot that is shown, ms; null when it is unknown. */
  readonly ageMs: () => number | null;
  /** The server's time as far as it is known, else the device's; Unix seconds. */
  readonly nowS: () => number;
  readonly actions: PageActions;
}

export interface PageModelOptions extends Omit<FeedOptions, "onChange"> {
  readonly store: DeviceStore;
}

/** Puts the page's parts together: the copy on the device at once, then the server's, and what is kept of it. */
export function createPageModel({ store, ...world }: PageModelOptions): PageModel {
  const { clock } = world;
  const listeners = new Set<(state: PageState) => void>();
  const visit = createVisit(store, clock);
  let state: PageState = { ...FIRST_STATE, since: null, favourites: new Set(store.favourites.read()) };

  const change = (next: PageState): void => {
    state = next;
    for (const listener of listeners) {
      listener(state);
    }
  };
  const compared = (snapshot: PageSnapshot | undefined): SinceLastLook | null => {
    const baseline = visit.baseline();
    return baseline === null || snapshot === undefined ? null : sinceLastLook(baseline, snapshot);
  };

  const onFeed = (next: FeedState): void => {
    const isNew = next.held?.snapshot !== state.held?.snapshot;
    const since = isNew ? compared(next.held?.snapshot) : state.since;
    if (isNew && next.held?.from === "server") {
      keep(next.held);
    }
    change({ ...state, ...next, since });
  };
  const keep = ({ snapshot, etag, age }: Held): void => {
    const ageMs = ageNow(age, clock.elapsedMs());
    store.snapshot.keep({ snapshot, etag, age: ageMs === null ? null : { ageMs, wallMs: clock.wallMs() } });
    visit.seen();
  };

  const feed = createFeed({ ...world, onChange: onFeed });
  const documents = createDocuments({ ...world, store, market: () => state.held?.snapshot.origin ?? null });

  const ageMs = (): number | null => ageNow(state.held?.age ?? null, clock.elapsedMs());
  const toggleFavourite = (symbol: string): void => {
    // Another tab may have changed them.
    const favourites = new Set(store.favourites.read() ?? state.favourites);
    if (!favourites.delete(symbol)) {
      favourites.add(symbol);
    }
    store.favourites.keep([...favourites]);
    change({ ...state, favourites });
  };

  feed.start(keptCopy(store, clock));
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setVisible: (isVisible) => {
      if (isVisible) {
        visit.back(state.held?.snapshot ?? null);
        change({ ...state, since: compared(state.held?.snapshot) });
      }
      visit.seen();
      feed.setVisible(isVisible);
    },
    networkChanged: feed.networkChanged,
    refresh: feed.refresh,
    ageMs,
    nowS: () => {
      const age = ageMs();
      if (age === null || state.held === null) {
        return Math.floor(clock.wallMs() / 1000);
      }
      return Math.floor((Date.parse(state.held.snapshot.generated_at) + age) / 1000);
    },
    actions: {
      toggleFavourite,
      loadAnalysis: documents.analysis,
      loadAlerts: documents.alerts,
    },
  };
}

function keptCopy(store: DeviceStore, clock: FeedOptions["clock"]): Held | null {
  const kept = store.snapshot.read();
  if (kept === null) {
    return null;
  }
  const now = { wallMs: clock.wallMs(), elapsedMs: clock.elapsedMs() };
  return { snapshot: kept.snapshot, etag: kept.etag, age: ageOfCopy(kept.age, now), from: "device" };
}
