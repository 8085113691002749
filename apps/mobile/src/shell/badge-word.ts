import type { FeedState } from "../data/feed-state.ts";
import type { FreshnessState } from "../data/snapshot-age.ts";

/** The word beside the age. Only what comes from a server that answers, and has it, is called live. */
export function badgeWord(freshness: FreshnessState, state: Pick<FeedState, "connection" | "serverError">): string {
  const isLive = state.connection === "online" && state.serverError === null;
  if (freshness === "fresh") {
    return isLive ? "Live" : "Recent";
  }
  return freshness === "stale" ? "Stale" : "Old";
}
