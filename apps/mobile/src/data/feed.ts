import { type FeedState, INITIAL_STATE, newerOf, type ShownSnapshot } from "./feed-state.ts";
import { type FetchFailure, type FetchResult, fetchJson } from "./fetch-json.ts";
import { createNotificationSocket } from "./notification-socket.ts";
import type { PageClock } from "./page-clock.ts";
import { checkIntervalMs, pollIntervalMs, retryDelayMs } from "./polling-intervals.ts";
import { isErrorBody, isOtherVersion, isPageSnapshot } from "./response-guards.ts";
import { ageByServer } from "./snapshot-age.ts";
import type { SnapshotNotification, SocketLike } from "./socket-connection.ts";

const SNAPSHOT_PATH = "/api/snapshot";

/** All phones lose the line of a server at the same moment. */
const SPREAD_MS = 500;

export interface FeedOptions {
  readonly fetch: typeof fetch;
  readonly openSocket: () => SocketLike;
  readonly clock: PageClock;
  /** 0..1. */
  readonly random: () => number;
  readonly onChange: (state: FeedState) => void;
}

/** Keeps the page's snapshot the newest there is, for as long as somebody looks. */
export interface Feed {
  readonly state: () => FeedState;
  /** Shows the copy of the device at once, if there is one. */
  readonly start: (kept: ShownSnapshot | null) => void;
  /** Out of sight there is no request, no timer and no line; back in sight it asks at once. */
  readonly setVisible: (isVisible: boolean) => void;
  /** The device has another network, or none: what is under way is called off, and the server asked again. */
  readonly networkChanged: () => void;
  /** Asks now; settles when the result is in the state. Never rejects, and never asks twice at a time. */
  readonly refresh: () => Promise<void>;
}

/**
 * The server's notices over `/ws` say when to ask for `/api/snapshot`; without them it is asked every second. The line is opened
 * after an result only: where there is no server, there is no line either.
 */
export function createFeed({ fetch, openSocket, clock, random, onChange }: FeedOptions): Feed {
  let state = INITIAL_STATE;
  let isVisible = false;
  let asking: Promise<void> | null = null;
  let request = new AbortController();
  let failures = 0;
  let retryAfterMs: number | null = null;
  let cancelNext = () => {};
  let announced: SnapshotNotification | null = null;

  const change = (next: FeedState): void => {
    state = next;
    onChange(state);
  };

  const refresh = (): Promise<void> => {
    cancelNext();
    asking ??= exchange().finally(() => {
      asking = null;
      planNext();
    });
    return asking;
  };

  const exchange = async (): Promise<void> => {
    let result: FetchResult;
    // What another network called off is asked again, for those who wait for it.
    do {
      announced = null;
      // A sleep that is found out now calls off what was under way, not what begins here.
      clock.elapsedMs();
      request = new AbortController();
      result = await fetchJson(SNAPSHOT_PATH, {
        fetch,
        clock,
        etag: state.shown?.etag ?? null,
        signal: request.signal,
      });
    } while (request.signal.aborted && isVisible);
    if (!request.signal.aborted) {
      take(result);
    }
  };

  const take = (result: FetchResult): void => {
    if (result.kind === "failed") {
      fail(result.failure);
    } else if (result.kind === "not-modified") {
      confirm(result);
    } else if (isPageSnapshot(result.body)) {
      const { body: snapshot, etag, timing } = result;
      const shown: ShownSnapshot = { snapshot, etag, age: ageByServer(snapshot, timing), from: "server" };
      succeed({ ...state, shown: newerOf(state.shown, shown), serverError: null });
    } else if (isErrorBody(result.body)) {
      const { error, message } = result.body;
      succeed({ ...state, shown: withServerAge(result), serverError: { error, message } });
    } else {
      fail({ kind: isOtherVersion(result.body) ? "other-version" : "not-ours" });
    }
  };

  /** The copy is the server's newest. */
  const confirm = (result: Exclude<FetchResult, { kind: "failed" }>): void => {
    const shown = withServerAge(result);
    if (shown === null) {
      fail({ kind: "not-ours" });
    } else {
      succeed({ ...state, shown: { ...shown, from: "server" }, serverError: null });
    }
  };

  /** What is shown, with its age by the server's clock. */
  const withServerAge = ({ timing }: Exclude<FetchResult, { kind: "failed" }>): ShownSnapshot | null =>
    state.shown && { ...state.shown, age: ageByServer(state.shown.snapshot, timing) ?? state.shown.age };

  const succeed = (next: FeedState): void => {
    // A server that is back is back with its socket.
    if (state.connection === "offline") {
      socket.resetBackoff();
    }
    failures = 0;
    retryAfterMs = null;
    change({ ...next, connection: "online", failure: null });
    if (isVisible) {
      socket.open();
    }
  };

  const fail = (failure: FetchFailure): void => {
    failures += 1;
    retryAfterMs = failure.kind === "status" ? failure.retryAfterMs : null;
    change({ ...state, connection: "offline", failure });
  };

  const isNews = ({ sequence, timestamp }: SnapshotNotification): boolean =>
    state.shown?.snapshot.sequence !== sequence || state.shown.snapshot.timestamp !== timestamp;

  const planNext = (): void => {
    cancelNext();
    if (isVisible) {
      cancelNext = clock.after(nextMs(), () => void refresh());
    }
  };
  const nextMs = (): number => {
    // It came while an result was on its way that may be older.
    if (announced !== null && isNews(announced) && failures === 0) {
      return 0;
    }
    if (failures > 0) {
      return retryDelayMs(failures, retryAfterMs, random());
    }
    const { shown, serverError } = state;
    // A server that has nothing may have something at any time.
    const waitsForNotification = shown !== null && serverError === null && socket.isOpen();
    return waitsForNotification ? checkIntervalMs(shown.snapshot.period_ms, random()) : pollIntervalMs(random());
  };

  const planUnlessAsking = (): void => {
    if (asking === null && failures === 0) {
      planNext();
    }
  };

  const socket = createNotificationSocket({
    openSocket,
    clock,
    onOpen: planUnlessAsking,
    onNotification: (notification) => {
      announced = notification;
      if (asking === null && isNews(notification)) {
        void refresh();
      } else {
        planUnlessAsking();
      }
    },
    onLost: () => {
      if (asking !== null) {
        return;
      }
      cancelNext();
      cancelNext = clock.after(random() * SPREAD_MS, () => void refresh());
    },
  });

  const networkChanged = (): void => {
    if (!isVisible) {
      return;
    }
    socket.close();
    request.abort();
    // Not within the exchange that has just found out about a sleep: it asks by itself.
    queueMicrotask(() => void refresh());
  };

  return {
    state: () => state,
    start: (kept) => change({ ...state, shown: kept }),
    setVisible: (visible) => {
      if (visible === isVisible) {
        return;
      }
      isVisible = visible;
      if (visible) {
        void refresh();
      } else {
        cancelNext();
        socket.close();
      }
    },
    networkChanged,
    refresh,
  };
}
