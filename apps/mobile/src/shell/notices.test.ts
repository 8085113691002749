import { describe, expect, it } from "vitest";
import { type FeedState, FIRST_STATE, type Held } from "../data/feed-state.ts";
import { sampleSnapshot } from "../data/testing/sample-snapshot.ts";
import { badgeWord } from "./badge-word.ts";
import { emptyReason, noticeOf } from "./notices.ts";

const held: Held = { snapshot: sampleSnapshot(), etag: null, age: { ageMs: 0, atMs: 0, by: "server" }, from: "server" };
const copy: Held = { ...held, from: "device", age: { ageMs: 0, atMs: 0, by: "device" } };
const online: FeedState = { ...FIRST_STATE, connection: "online", held };
const offline: FeedState = { ...online, connection: "offline", failure: { kind: "unreachable" } };
const noData = { error: "no_snapshot", message: "Nothing was computed yet." };

describe("noticeOf", () => {
  it.each([
    ["all is well", online, "fresh", null],
    ["the copy of the device, before the server has answered", { ...FIRST_STATE, held: copy }, "old", null],
    ["no data at all", { ...offline, held: null }, "old", null],
    ["stale data from a server that answers", online, "stale", /no new data from the market/],
    ["no server", offline, "fresh", /^The server cannot be reached\. You see what came last\.$/],
    ["no server, and a copy", { ...offline, held: copy }, "stale", /copy that was kept .* by this device's clock\.$/],
    ["no server, and a copy of unknown age", { ...offline, held: { ...copy, age: null } }, "old", /age is unknown/],
    [
      "a server without data",
      { ...online, serverError: noData },
      "old",
      /^The server has no data: there is no snapshot of the market yet\. You see/,
    ],
    [
      "a server with another error",
      { ...online, serverError: { error: "x", message: "Y." } },
      "old",
      /no data: Y\. You see/,
    ],
  ] as const)("%s", (_name, state, freshness, expected) => {
    const notice = noticeOf(state, freshness);
    if (expected === null) {
      expect(notice).toBeNull();
    } else {
      expect(notice?.text).toMatch(expected);
    }
  });
});

describe("emptyReason", () => {
  it.each([
    [FIRST_STATE, "Loading", /Asking/],
    [{ ...offline, held: null }, "No connection", /cannot be reached.*goes on trying/],
    [
      { ...online, held: null, serverError: noData },
      "No data yet",
      /^The server has no data: there is no snapshot of the market yet\. The page goes on asking\.$/,
    ],
    [{ ...offline, held: null, failure: { kind: "not-ours" } }, "No data", /not Pulseboard/],
  ] as const)("%#", (state, title, text) => {
    expect(emptyReason(state)).toMatchObject({ title, text: expect.stringMatching(text) });
  });
});

describe("badgeWord", () => {
  it("calls live only what comes from a server that answers, and has data", () => {
    expect(badgeWord("fresh", online)).toBe("Live");
    expect(badgeWord("fresh", offline)).toBe("Recent");
    expect(badgeWord("fresh", { ...online, connection: "connecting" })).toBe("Recent");
    expect(badgeWord("fresh", { ...online, serverError: noData })).toBe("Recent");
    expect([badgeWord("stale", online), badgeWord("old", offline)]).toEqual(["Stale", "Old"]);
  });
});
