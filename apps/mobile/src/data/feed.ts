import { type Answer, ask, type Failure } from "./answer.ts";
import { isErrorBody, isOtherVersion, isPageSnapshot } from "./body-shapes.ts";
import { type FeedState, FIRST_STATE, type Held, newerOf } from "./feed-state.ts";
import { createNoticeLine } from "./notice-line.ts";
import { nextCheckMs, nextPollMs, nextRetryMs } from "./pace.ts";
import type { PageClock } from "./page-clock.ts";
import { ageByServer } from "./snapshot-age.ts";
import type { SnapshotNotice, SocketLike } from "./snapshot-socket.ts";

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
  readonly start: (kept: Held | null) => void;
  /** Out of sight there is no request, no timer and no line; back in sight it asks at once. */
  readonly setVisible: (isVisible: boolean) => void;
  /** The device has another network, or none: what is under way is called off, and the server asked again. */
  readonly networkChanged: () => void;
  /** Asks now; settles when the answer is in the state. Never rejects, and never asks twice at a time. */
  readonly refresh: () => Promise<void>;
}

/**
 * The server's notices over `/ws` say when to ask for `/api/snapshot`; without them it is asked every second. The line is opened
 * after an answer only: where there is no server, there is no line either.
 */
export function createFeed({ fetch, openSocket, clock, random, onChange }: FeedOptions): Feed {
  let state = FIRST_STATE;
  let isVisible = false;
  let asking: Promise<void> | null = null;
  let request = new AbortController();
  let failures = 0;
  let retryAfterMs: number | null = null;
  let cancelNext = () => {};
  let noticed: SnapshotNotice | null = null;

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
    let answer: Answer;
    // What another network called off is asked again, for those who wait for it.
    do {
      noticed = null;
      // A sleep that is found out now calls off what was under way, not what begins here.
      clock.elapsedMs();
      request = new AbortController();
      answer = await ask(SNAPSHOT_PATH, { fetch, clock, etag: state.held?.etag ?? null, signal: request.signal });
    } while (request.signal.aborted && isVisible);
    if (!request.signal.aborted) {
      take(answer);
    }
  };

  const take = (answer: Answer): void => {
    if (answer.kind === "failed") {
      fail(answer.failure);
    } else if (answer.kind === "not-modified") {
      confirm(answer);
    } else if (isPageSnapshot(answer.body)) {
      const { body: snapshot, etag, timing } = answer;
      const held: Held = { snapshot, etag, age: ageByServer(snapshot, timing), from: "server" };
      succeed({ ...state, held: newerOf(state.held, held), serverError: null });
    } else if (isErrorBody(answer.body)) {
      const { error, message } = answer.body;
      succeed({ ...state, held: reckoned(answer), serverError: { error, message } });
    } else {
      fail({ kind: isOtherVersion(answer.body) ? "other-version" : "not-ours" });
    }
  };

  /** The copy is the server's newest. */
  const confirm = (answer: Exclude<Answer, { kind: "failed" }>): void => {
    const held = reckoned(answer);
    if (held === null) {
      fail({ kind: "not-ours" });
    } else {
      succeed({ ...state, held: { ...held, from: "server" }, serverError: null });
    }
  };

  /** What is held, with its age by the server's clock. */
  const reckoned = ({ timing }: Exclude<Answer, { kind: "failed" }>): Held | null =>
    state.held && { ...state.held, age: ageByServer(state.held.snapshot, timing) ?? state.held.age };

  const succeed = (next: FeedState): void => {
    // A server that is back is back with its line.
    if (state.connection === "offline") {
      line.forgive();
    }
    failures = 0;
    retryAfterMs = null;
    change({ ...next, connection: "online", failure: null });
    if (isVisible) {
      line.open();
    }
  };

  const fail = (failure: Failure): void => {
    failures += 1;
    retryAfterMs = failure.kind === "status" ? failure.retryAfterMs : null;
    change({ ...state, connection: "offline", failure });
  };

  const isNews = ({ sequence, timestamp }: SnapshotNotice): boolean =>
    state.held?.snapshot.sequence !== sequence || state.held.snapshot.timestamp !== timestamp;

  const planNext = (): void => {
    cancelNext();
    if (isVisible) {
      cancelNext = clock.after(nextMs(), () => void refresh());
    }
  };
  const nextMs = (): number => {
    // It came while an answer was on its way that may be older.
    if (noticed !== null && isNews(noticed) && failures === 0) {
      return 0;
    }
    if (failures > 0) {
      return nextRetryMs(failures, retryAfterMs, random());
    }
    const { held, serverError } = state;
    // A server that has nothing may have something at any time.
    const waitsForNotice = held !== null && serverError === null && line.isListening();
    return waitsForNotice ? nextCheckMs(held.snapshot.period_ms, random()) : nextPollMs(random());
  };

  const planUnlessAsking = (): void => {
    if (asking === null && failures === 0) {
      planNext();
    }
  };

  const line = createNoticeLine({
    openSocket,
    clock,
    onOpen: planUnlessAsking,
    onNotice: (notice) => {
      noticed = notice;
      if (asking === null && isNews(notice)) {
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
    line.drop();
    request.abort();
    // Not within the exchange that has just found out about a sleep: it asks by itself.
    queueMicrotask(() => void refresh());
  };

  return {
    state: () => state,
    start: (kept) => change({ ...state, held: kept }),
    setVisible: (visible) => {
      if (visible === isVisible) {
        return;
      }
      isVisible = visible;
      if (visible) {
        void refresh();
      } else {
        cancelNext();
        line.drop();
      }
    },
    networkChanged,
    refresh,
  };
}
