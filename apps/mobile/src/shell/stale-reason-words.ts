import type { StaleReason } from "@pulseboard/snapshot";
import { formats } from "../format/formats.ts";

/** By the code, or by its beginning where that ends in a colon; the first that applies. `since` and `until` are put where they belong. */
const CLAUSES: readonly (readonly [code: string, clause: (times: Times) => string])[] = [
  ["exchange_paused:exchange_banned", ({ since, until }) => `the exchange has paused us since ${since}${until}`],
  ["exchange_paused:exchange_rate_limited", ({ since, until }) => `the exchange has paused us since ${since}${until}`],
  [
    "exchange_paused:exchange_geo_blocked",
    ({ since }) => `the exchange has refused the server's country since ${since}`,
  ],
  ["exchange_paused:", ({ since, until }) => `the exchange has not answered since ${since} and is left alone${until}`],
  ["exchange_frozen", ({ since }) => `the exchange has given the same old data since ${since}`],
  ["exchange_lagging", ({ since }) => `the exchange has given data of an earlier time since ${since}`],
  ["refresh_failing:refresh_hung", ({ since }) => `collecting the market has hung since ${since}`],
  ["refresh_failing:exchange_", ({ since }) => `the exchange has given no usable answer since ${since}`],
  ["refresh_failing:", ({ since }) => `collecting the market has failed since ${since}`],
  ["worker_silent", ({ since }) => `the program that collects the market has been silent since ${since}`],
  ["queue_silent", ({ since }) => `the queue of refreshes has stood still since ${since}`],
  ["store_", ({ since }) => `the server's database has been out of order since ${since}`],
];

interface Times {
  /** "14:10", or with its day if that is another. */
  readonly since: string;
  /** ", until 14:20"; empty when nobody knows, or when that is over. */
  readonly until: string;
}

/**
 * Says why there is no newer data, as a part of a sentence: "the exchange has paused us since 14:10, until 14:20". Times are in the
 * reader's time zone.
 *
 * @param nowS - Unix seconds.
 */
export function staleReasonClause({ code, since, until }: StaleReason, nowS: number): string {
  const times = {
    since: timeOrDate(since, nowS),
    until: until === null || until <= nowS ? "" : `, until ${timeOrDate(until, nowS)}`,
  };
  const known = CLAUSES.find(([start]) => (/[:_]$/.test(start) ? code.startsWith(start) : code === start));
  return known === undefined ? `the reason given is "${code}", since ${times.since}` : known[1](times);
}

function timeOrDate(unixS: number, nowS: number): string {
  const dayOf = (seconds: number): string => new Date(seconds * 1000).toDateString();
  return dayOf(unixS) === dayOf(nowS) ? formats.time(unixS) : formats.dateTime(unixS);
}
