import type { FeedState } from "../data/feed-state.ts";
import type { FreshnessState } from "../data/snapshot-age.ts";

/** The word beside the age. Only what comes from a server that answers is called live. */
export function badgeWord(freshness: FreshnessState, connection: FeedState["connection"]): string {
  if (freshness === "fresh") return connection === "online" ? "Live" : "Recent";
  return freshness === "stale" ? "Stale" : "Old";
}
