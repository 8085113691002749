import type { FeedState } from "../data/feed-state.ts";
import { failureSentence, isUnreachable } from "../data/fetch-json.ts";
import { type ErrorSummary, isStaleReason } from "../data/response-guards.ts";
import type { FreshnessState } from "../data/snapshot-age.ts";
import { staleReasonClause } from "./stale-reason-words.ts";

/** A sentence above the view, shown while it applies. */
export interface Notice {
  readonly kind: "offline" | "stale" | "old" | "error";
  readonly text: string;
}

/**
 * The notice about the data that the reader must see, apart from its age; null when all is well. Without any data `emptyMessage`
 * applies.
 *
 * @param nowS - Unix seconds.
 */
export function noticeFor(
  { shown, connection, failure, serverError }: FeedState,
  freshness: FreshnessState,
  nowS: number,
): Notice | null {
  if (shown === null) {
    return null;
  }
  const source =
    shown.from === "device" ? "You are seeing the copy saved on this device" : "You are seeing the last data received";
  if (connection === "offline" && failure !== null) {
    const byDevice = shown.age === null ? UNKNOWN_AGE : shown.age.by === "device" ? AGE_BY_DEVICE : "";
    return { kind: "offline", text: `${failureSentence(failure)} ${source}.${byDevice}` };
  }
  if (serverError !== null) {
    return { kind: "error", text: `${serverErrorSentence(serverError)} ${source}.` };
  }
  if (connection === "online" && freshness !== "fresh") {
    const reason = shown.snapshot.stale_reason;
    return {
      kind: freshness,
      text: isStaleReason(reason) ? `${NO_NEWS}: ${staleReasonClause(reason, nowS)}.` : `${NO_NEWS}.`,
    };
  }
  return null;
}

/**
 * Passes on the server's message for codes that this page does not know; the advice to retry in the known one is for
 * programs.
 */
export function serverErrorSentence({ error, message }: ErrorSummary): string {
  return error === "no_snapshot"
    ? "The server has no data: there is no snapshot of the market yet."
    : `The server has no data: ${message}`;
}

const NO_NEWS = "The server is reachable, but has received no new market data for some time";
const AGE_BY_DEVICE = " Its age is measured by this device's clock.";
const UNKNOWN_AGE = " Its age is unknown, because this device's clock was set back.";

/** Takes the place of the views while there is no snapshot at all. */
export function emptyMessage({ connection, failure, serverError }: FeedState): {
  readonly title: string;
  readonly text: string;
} {
  if (connection === "offline" && failure !== null) {
    return {
      title: isUnreachable(failure) ? "No connection" : "No data",
      text: `${failureSentence(failure)} Nothing is saved on this device yet. The page keeps trying.`,
    };
  }
  if (serverError !== null) {
    return { title: "No data yet", text: `${serverErrorSentence(serverError)} The page keeps asking.` };
  }
  return { title: "Loading", text: "Getting the market from the server." };
}
