import { type FeedState, INITIAL_STATE, newerOf, type ShownSnapshot } from "./feed-state.ts";
import { type FetchFailure, type FetchResult, fetchJson } from "./fetch-json.ts";
import { createNotificationSocket } from "./notification-socket.ts";
import type { PageClock } from "./page-clock.ts";
import { checkIntervalMs, pollIntervalMs, retryDelayMs } from "./polling-intervals.ts";
import { isErrorBody, isOtherVersion, isPageSnapshot } from "./response-guards.ts";
import { ageByServer } from "./snapshot-age.ts";
import type { SnapshotNotification, SocketLike } from "./socket-connection.ts";

const SNAPSHOT_PATH = "/api/snapshot";

/** Spreads the requests of phones that all lost the same server at the same moment. */
const SPREAD_MS = 500;

export interface FeedOptions {
  readonly fetch: typeof fetch;
  readonly openSocket: () => SocketLike;
  readonly clock: PageClock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly onChange: (state: FeedState) => void;
}

/** Keeps the page's snapshot up to date while the page is visible. */
export interface Feed {
  readonly state: () => FeedState;
  /** Shows the copy on the device at once, if there is one. */
  readonly start: (stored: ShownSnapshot | null) => void;
  /** A hidden page has no request, timer or socket; a page that becomes visible asks at once. */
  readonly setVisible: (isVisible: boolean) => void;
  /** The device has changed networks or lost its network: aborts the request under way and asks the server again. */
  readonly networkChanged: () => void;
  /** Asks now; settles when the result is in the state. Never rejects, and never sends two requests at a time. */
  readonly refresh: () => Promise<void>;
}

/**
 * Notifications over `/ws` tell when to fetch `/api/snapshot`; without them the feed polls every second. It opens the
 * socket only after a successful request: where no server answers, a socket would fail as well.
 */
export function createFeed({ fetch, openSocket, clock, random, onChange }: FeedOptions): Feed {
  let state = INITIAL_STATE;
  let isVisible = false;
  let pending: Promise<void> | null = null;
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
    pending ??= exchange().finally(() => {
      pending = null;
      scheduleNext();
    });
    return pending;
  };

  const exchange = async (): Promise<void> => {
    let result: FetchResult;
    // Repeat a request that a change of network aborted, because somebody may be waiting for it.
    do {
      announced = null;
      // A sleep detected here must abort the previous request, not the one that starts below.
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
      apply(result);
    }
  };

  const apply = (result: FetchResult): void => {
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

  /** A 304: the snapshot on the screen is the server's newest. */
  const confirm = (result: Exclude<FetchResult, { kind: "failed" }>): void => {
    const shown = withServerAge(result);
    if (shown === null) {
      fail({ kind: "not-ours" });
    } else {
      succeed({ ...state, shown: { ...shown, from: "server" }, serverError: null });
    }
  };

  /** The snapshot on the screen with its age by the server's clock. */
  const withServerAge = ({ timing }: Exclude<FetchResult, { kind: "failed" }>): ShownSnapshot | null =>
    state.shown && { ...state.shown, age: ageByServer(state.shown.snapshot, timing) ?? state.shown.age };

  const succeed = (next: FeedState): void => {
    // When the server is back, its socket is back too.
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

  /** Whether the server answers is open again until the next answer. */
  const doubt = (): void => {
    if (state.connection === "online") {
      change({ ...state, connection: "connecting" });
    }
  };

  const isNew = ({ sequence, timestamp }: SnapshotNotification): boolean =>
    state.shown?.snapshot.sequence !== sequence || state.shown.snapshot.timestamp !== timestamp;

  const scheduleNext = (): void => {
    cancelNext();
    if (isVisible) {
      cancelNext = clock.after(nextMs(), () => void refresh());
    }
  };
  const nextMs = (): number => {
    // It arrived during a request whose result may be older.
    if (announced !== null && isNew(announced) && failures === 0) {
      return 0;
    }
    if (failures > 0) {
      return retryDelayMs(failures, retryAfterMs, random());
    }
    const { shown, serverError } = state;
    // A server without data may have some at any moment.
    const waitsForNotification = shown !== null && serverError === null && socket.isOpen();
    return waitsForNotification ? checkIntervalMs(shown.snapshot.period_ms, random()) : pollIntervalMs(random());
  };

  const scheduleUnlessPending = (): void => {
    if (pending === null && failures === 0) {
      scheduleNext();
    }
  };

  const socket = createNotificationSocket({
    openSocket,
    clock,
    onOpen: scheduleUnlessPending,
    onNotification: (notification) => {
      announced = notification;
      if (pending === null && isNew(notification)) {
        void refresh();
      } else {
        scheduleUnlessPending();
      }
    },
    onLost: () => {
      if (pending !== null) {
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
    doubt();
    // Asynchronously, because a request that has just detected a sleep repeats itself.
    queueMicrotask(() => void refresh());
  };

  return {
    state: () => state,
    start: (stored) => change({ ...state, shown: stored }),
    setVisible: (visible) => {
      if (visible === isVisible) {
        return;
      }
      isVisible = visible;
      if (visible) {
        doubt();
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
