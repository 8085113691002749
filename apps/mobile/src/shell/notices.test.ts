import { describe, expect, it } from "vitest";
import { type FeedState, INITIAL_STATE, type ShownSnapshot } from "../data/feed-state.ts";
import { sampleSnapshot } from "../data/testing/sample-snapshot.ts";
import { badgeState } from "./freshness-badge.tsx";
import { emptyMessage, noticeFor } from "./notices.ts";

const shown: ShownSnapshot = {
  snapshot: sampleSnapshot(),
  etag: null,
  age: { ageMs: 0, atMs: 0, by: "server" },
  from: "server",
};
const copy: ShownSnapshot = { ...shown, from: "device", age: { ageMs: 0, atMs: 0, by: "device" } };
const online: FeedState = { ...INITIAL_STATE, connection: "online", shown };
const offline: FeedState = { ...online, connection: "offline", failure: { kind: "unreachable" } };
const NOW_S = 1_749_556_800;
const banned = (stale_reason: unknown): FeedState => {
  const snapshot = { ...shown.snapshot, stale: true, stale_reason } as ShownSnapshot["snapshot"];
  return { ...online, shown: { ...shown, snapshot } };
};
const BAN = { code: "exchange_paused:exchange_banned", since: NOW_S - 60, until: null };
const noData = { error: "no_snapshot", message: "Nothing was computed yet." };

describe("noticeFor", () => {
  it.each([
    ["all is well", online, "fresh", null],
    ["the copy of the device, before the server has answered", { ...INITIAL_STATE, shown: copy }, "old", null],
    ["no data at all", { ...offline, shown: null }, "old", null],
    ["stale data from a server that answers", online, "stale", /no new market data/],
    [
      "stale data whose reason the server knows",
      banned(BAN),
      "stale",
      /for some time: the exchange has paused us since \d\d:\d\d\.$/,
    ],
    ["old data whose reason the server knows", banned(BAN), "old", /for some time: the exchange has paused us since/],
    ["stale data whose reason nobody knows", banned(null), "stale", /for some time\.$/],
    ["stale data of an older server", banned(undefined), "stale", /for some time\.$/],
    ["stale data with a reason that cannot be read", banned("why"), "stale", /for some time\.$/],
    ["no server", offline, "fresh", /^The server cannot be reached\. You are seeing the last data received\.$/],
    ["no server, and a copy", { ...offline, shown: copy }, "stale", /copy saved .* by this device's clock\.$/],
    ["no server, and a copy of unknown age", { ...offline, shown: { ...copy, age: null } }, "old", /age is unknown/],
    [
      "a server without data",
      { ...online, serverError: noData },
      "old",
      /^The server has no data: there is no snapshot of the market yet\. You are seeing/,
    ],
    [
      "a server with another error",
      { ...online, serverError: { error: "x", message: "Y." } },
      "old",
      /no data: Y\. You are seeing/,
    ],
  ] as const)("%s", (_name, state, freshness, expected) => {
    const notice = noticeFor(state, freshness, NOW_S);
    if (expected === null) {
      expect(notice).toBeNull();
    } else {
      expect(notice?.text).toMatch(expected);
    }
  });
});

describe("emptyMessage", () => {
  it.each([
    [INITIAL_STATE, "Loading", /Getting/],
    [{ ...offline, shown: null }, "No connection", /cannot be reached.*keeps trying/],
    [
      { ...online, shown: null, serverError: noData },
      "No data yet",
      /^The server has no data: there is no snapshot of the market yet\. The page keeps asking\.$/,
    ],
    [{ ...offline, shown: null, failure: { kind: "not-ours" } }, "No data", /other than Pulseboard/],
  ] as const)("%#", (state, title, text) => {
    expect(emptyMessage(state)).toMatchObject({ title, text: expect.stringMatching(text) });
  });
});

describe("badgeState", () => {
  it('is "fresh" only with a server that answers and has data', () => {
    expect(badgeState("fresh", online)).toBe("fresh");
    expect(badgeState("fresh", offline)).toBe("recent");
    expect(badgeState("fresh", { ...online, connection: "connecting" })).toBe("recent");
    expect(badgeState("fresh", { ...online, serverError: noData })).toBe("recent");
    expect([badgeState("stale", online), badgeState("old", offline)]).toEqual(["stale", "old"]);
  });
});
