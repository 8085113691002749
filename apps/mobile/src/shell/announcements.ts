import type { FeedState } from "../data/feed-state.ts";
import type { FreshnessState } from "../data/snapshot-age.ts";
import { formatRoughAge } from "../format/age.ts";

/** What was there when something was last said. */
export interface Announced {
  readonly connection: FeedState["connection"];
  readonly freshness: FreshnessState | "none";
  readonly sequence: number | null;
  /** When new data was last announced, Unix seconds. */
  readonly newsAtS: number;
}

/** New data comes twice a minute; a voice that says so each time is switched off by its second sentence. */
const NEWS_EVERY_S = 300;

/**
 * What a screen reader says by itself: each change of the connection and of freshness, new data at most every five minutes.
 *
 * @returns the sentence, "" for none, and what to compare the next state with.
 */
export function announcement(
  heard: Announced,
  now: Omit<Announced, "newsAtS"> & { readonly nowS: number; readonly ageS: number | null },
): { readonly text: string; readonly heard: Announced } {
  const age = now.ageS === null ? "of unknown age" : `${formatRoughAge(now.ageS)} old`;
  const isNews = now.sequence !== heard.sequence && now.nowS - heard.newsAtS >= NEWS_EVERY_S;
  const say = (text: string) => ({
    text,
    heard: {
      connection: now.connection,
      freshness: now.freshness,
      sequence: now.sequence,
      newsAtS: isNews ? now.nowS : heard.newsAtS,
    },
  });
  if (now.connection !== heard.connection && now.connection === "offline") {
    return say(`Offline. The data is ${age}.`);
  }
  if (heard.connection === "offline" && now.connection === "online") {
    return say(`Connected again. The data is ${age}.`);
  }
  if (now.freshness !== heard.freshness && now.freshness !== "none") {
    if (now.freshness !== "fresh") {
      return say(`The data is ${now.freshness}: ${age}.`);
    }
    if (heard.freshness !== "none") {
      return say("The data is fresh again.");
    }
  }
  return say(isNews && now.sequence !== null ? `New data, ${age}.` : "");
}
