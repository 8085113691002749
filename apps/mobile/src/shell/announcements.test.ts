import { describe, expect, it } from "vitest";
import { type Announced, announcement } from "./announcements.ts";

type Now = Parameters<typeof announcement>[1];

/** The announcements for a series of states. */
function said(...states: readonly Partial<Now>[]): readonly string[] {
  let last: Announced = { connection: "connecting", freshness: "none", sequence: null, newsAtS: 0 };
  let now: Now = { connection: "online", freshness: "fresh", sequence: 1, nowS: 1000, ageS: 5 };
  return states.map((state) => {
    now = { ...now, ...state };
    const next = announcement(last, now);
    last = next.last;
    return next.text;
  });
}

describe("announcement", () => {
  it("announces the first data, and new data at most every five minutes", () => {
    const snapshots = Array.from({ length: 12 }, (_, index) => ({ sequence: index + 1, nowS: 1000 + index * 30 }));
    expect(said(...snapshots)).toEqual(["New data, 5 s old.", ...Array(9).fill(""), "New data, 5 s old.", ""]);
  });

  it("announces each change of connection and freshness once", () => {
    expect(
      said(
        {},
        { connection: "offline", ageS: 20 },
        { ageS: 21 },
        { freshness: "stale", ageS: 95 },
        { freshness: "old", ageS: 700 },
        { connection: "online", freshness: "fresh", ageS: 3 },
        {},
      ),
    ).toEqual([
      "New data, 5 s old.",
      "Offline. The data is 20 s old.",
      "",
      "The data is stale: 1 min old.",
      "The data is old: 11 min old.",
      "Connected again. The data is 3 s old.",
      "",
    ]);
  });

  it("does not invent an unknown age", () => {
    expect(said({ freshness: "old", ageS: null })).toEqual(["The data is old: of unknown age."]);
  });
});
