import { expect, it } from "vitest";
import { staleReasonClause } from "./stale-reason-words.ts";

/** A moment of this machine's time zone, Unix seconds. */
const at = (local: string): number => Date.parse(local) / 1000;
const NOW_S = at("2026-11-30T14:12:00");
const since = at("2026-11-30T14:10:00");
const until = at("2026-11-30T14:20:00");

it.each([
  ["exchange_paused:exchange_banned", until, "the exchange has paused us since 14:10, until 14:20"],
  ["exchange_paused:exchange_rate_limited", until, "the exchange has paused us since 14:10, until 14:20"],
  ["exchange_paused:exchange_banned", null, "the exchange has paused us since 14:10"],
  ["exchange_paused:exchange_banned", NOW_S, "the exchange has paused us since 14:10"],
  ["exchange_paused:exchange_geo_blocked", until, "the exchange has refused the server's country since 14:10"],
  [
    "exchange_paused:exchange_unreachable",
    until,
    "the exchange has not answered since 14:10 and is left alone, until 14:20",
  ],
  ["exchange_frozen", null, "the exchange has given the same old data since 14:10"],
  ["exchange_lagging", null, "the exchange has given data of an earlier time since 14:10"],
  ["refresh_failing:refresh_hung", null, "collecting the market has hung since 14:10"],
  ["refresh_failing:exchange_timeout", null, "the exchange has given no usable answer since 14:10"],
  ["refresh_failing:not_published", null, "collecting the market has failed since 14:10"],
  ["worker_silent", null, "the program that collects the market has been silent since 14:10"],
  ["queue_silent", null, "the queue of refreshes has stood still since 14:10"],
  ["store_away:redis", null, "the server's database has been out of order since 14:10"],
  ["something_new", null, 'the reason given is "something_new", since 14:10'],
])("says %s, until %s, in words", (code, end, expected) => {
  expect(staleReasonClause({ code, since, until: end }, NOW_S)).toBe(expected);
});

it("names the day of a moment that is not of today", () => {
  const [yesterday, tomorrow] = [at("2026-11-29T23:50:00"), at("2026-12-01T00:05:00")];
  expect(staleReasonClause({ code: "exchange_paused:exchange_banned", since: yesterday, until: tomorrow }, NOW_S)).toBe(
    "the exchange has paused us since Nov 29, 23:50, until Dec 1, 00:05",
  );
});
