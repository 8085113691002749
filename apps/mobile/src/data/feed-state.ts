import type { PageSnapshot } from "@pulseboard/snapshot";
import type { FetchFailure } from "./fetch-json.ts";
import type { ErrorBody } from "./response-guards.ts";
import type { AgeAt } from "./snapshot-age.ts";

/** The snapshot that is shown. */
export interface ShownSnapshot {
  readonly snapshot: PageSnapshot;
  readonly etag: string | null;
  /** null when it is unknown. */
  readonly age: AgeAt | null;
  /** "device" until the server has said that it is still the newest, or sent another. */
  readonly from: "server" | "device";
}

export interface FeedState {
  readonly shown: ShownSnapshot | null;
  /** How the last exchange with the server went. */
  readonly connection: "connecting" | "online" | "offline";
  /** Why it is offline. */
  readonly failure: FetchFailure | null;
  /** The server's own word that it has nothing. */
  readonly serverError: ErrorBody | null;
}

export const INITIAL_STATE: FeedState = {
  shown: null,
  connection: "connecting",
  failure: null,
  serverError: null,
};

/** Whether two snapshots show the same market. Simulated data and real data never do. */
export function isSameMarket(
  one: Pick<PageSnapshot, "origin" | "simulated">,
  other: Pick<PageSnapshot, "origin" | "simulated">,
): boolean {
  return one.origin === other.origin && one.simulated === other.simulated;
}

/** What to show after the server sent a snapshot. One of several servers may be behind: it does not turn the page back. */
export function newerOf(shown: ShownSnapshot | null, next: ShownSnapshot): ShownSnapshot {
  const isKept =
    shown !== null && isSameMarket(shown.snapshot, next.snapshot) && isBehind(next.snapshot, shown.snapshot);
  return isKept ? shown : next;
}

/** A lower sequence is an older snapshot, unless it is from later: then the server's data was wiped, and it counts anew. */
function isBehind(next: PageSnapshot, shown: PageSnapshot): boolean {
  return next.sequence < shown.sequence && next.timestamp <= shown.timestamp;
}
