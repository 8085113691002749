import type { FeedState } from "../data/feed-state.ts";
import type { FreshnessState } from "../data/snapshot-age.ts";
import { formatRoughAge } from "../format/age.ts";

/** The state at the last announcement. */
export interface Announced {
  readonly connection: FeedState["connection"];
  readonly freshness: FreshnessState | "none";
  readonly sequence: number | null;
  /** When new data was last announced, Unix seconds. */
  readonly newsAtS: number;
}

/** New data comes twice a minute; a voice that announced each snapshot would be switched off at once. */
const NEWS_EVERY_S = 300;

/**
 * Decides when a screen reader speaks up: each change of connection and freshness, and new data at most every five
 * minutes.
 *
 * @returns the sentence, "" for none, and the state to compare the next one with.
 */
export function announcement(
  last: Announced,
  now: Omit<Announced, "newsAtS"> & { readonly nowS: number; readonly ageS: number | null },
): { readonly text: string; readonly last: Announced } {
  const age = now.ageS === null ? "of unknown age" : `${formatRoughAge(now.ageS)} old`;
  const isNews = now.sequence !== last.sequence && now.nowS - last.newsAtS >= NEWS_EVERY_S;
  const say = (text: string) => ({
    text,
    last: {
      connection: now.connection,
      freshness: now.freshness,
      sequence: now.sequence,
      newsAtS: isNews ? now.nowS : last.newsAtS,
    },
  });
  if (now.connection !== last.connection && now.connection === "offline") {
    return say(`Offline. The data is ${age}.`);
  }
  if (last.connection === "offline" && now.connection === "online") {
    return say(`Connected again. The data is ${age}.`);
  }
  if (now.freshness !== last.freshness && now.freshness !== "none") {
    if (now.freshness !== "fresh") {
      return say(`The data is ${now.freshness}: ${age}.`);
    }
    if (last.freshness !== "none") {
      return say("The data is fresh again.");
    }
  }
  return say(isNews && now.sequence !== null ? `New data, ${age}.` : "");
}
