import type { PageSnapshot } from "@pulseboard/snapshot";
import type { FetchFailure } from "./fetch-json.ts";
import type { ErrorSummary } from "./response-guards.ts";
import type { AgeAt } from "./snapshot-age.ts";

/** The snapshot on the screen. */
export interface ShownSnapshot {
  readonly snapshot: PageSnapshot;
  readonly etag: string | null;
  /** null when unknown. */
  readonly age: AgeAt | null;
  /** "device" until the server has confirmed it as the newest, or sent another. */
  readonly from: "server" | "device";
}

export interface FeedState {
  readonly shown: ShownSnapshot | null;
  /**
   * Outcome of the last request; "connecting" before the first, and again when the page becomes visible or the device changes
   * networks.
   */
  readonly connection: "connecting" | "online" | "offline";
  /** Why the last request failed. */
  readonly failure: FetchFailure | null;
  /** The server answered that it has no data. */
  readonly serverError: ErrorSummary | null;
}

export const INITIAL_STATE: FeedState = {
  shown: null,
  connection: "connecting",
  failure: null,
  serverError: null,
};

/** Tells whether two snapshots come from the same market. Simulated and real data never do. */
export function isSameMarket(
  one: Pick<PageSnapshot, "origin" | "simulated">,
  other: Pick<PageSnapshot, "origin" | "simulated">,
): boolean {
  return one.origin === other.origin && one.simulated === other.simulated;
}

/**
 * Chooses between the snapshot on the screen and one from the server. One of several servers may lag behind; it does
 * not turn the page back.
 */
export function newerOf(shown: ShownSnapshot | null, next: ShownSnapshot): ShownSnapshot {
  const isKept =
    shown !== null && isSameMarket(shown.snapshot, next.snapshot) && isBehind(next.snapshot, shown.snapshot);
  return isKept ? shown : next;
}

/**
 * A lower sequence means an older snapshot, unless its time is later: then the server's data was wiped, and it counts
 * from the start again.
 */
function isBehind(next: PageSnapshot, shown: PageSnapshot): boolean {
  return next.sequence < shown.sequence && next.timestamp <= shown.timestamp;
}
