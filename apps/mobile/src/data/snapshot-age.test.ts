import { describe, expect, it } from "vitest";
import { ageByServer, ageNow, ageOfCopy, freshnessState } from "./snapshot-age.ts";
import { createFakeClock } from "./testing/fake-clock.ts";

describe("freshnessState", () => {
  it.each([
    ["just made", 30, false, 0, "fresh"],
    ["just under three periods", 30, false, 89.9, "fresh"],
    ["three periods", 30, false, 90, "stale"],
    ["called stale by the server", 30, true, 5, "stale"],
    ["just under ten minutes", 30, false, 599.9, "stale"],
    ["twenty periods of 30 s", 30, false, 600, "old"],
    ["old, whatever the server says", 30, true, 600, "old"],
    ["a fast schedule: not before ten minutes", 2, false, 599, "stale"],
    ["a slow schedule: not before twenty periods", 3600, false, 19 * 3600, "stale"],
    ["a slow schedule", 3600, false, 20 * 3600, "old"],
    ["of unknown age", 30, false, null, "old"],
  ])("%s", (_name, periodS, stale, ageS, expected) => {
    expect(freshnessState({ period_ms: periodS * 1000, stale }, ageS === null ? null : ageS * 1000)).toBe(expected);
  });
});

describe("the age by the server's clock", () => {
  const snapshot = { generated_at: "2026-11-22T12:00:00.000Z", stale: false };
  const dateMs = Date.parse("2026-11-22T12:00:20Z");

  it("is X-Snapshot-Age plus half a second plus half the round trip, regardless of the device's clock", async () => {
    const clock = createFakeClock(0);
    const sentAtMs = clock.elapsedMs();
    await clock.advance(800);
    const age = ageByServer(snapshot, { sentAtMs, receivedAtMs: clock.elapsedMs(), dateMs, snapshotAgeS: 20 });
    clock.setWall(Date.UTC(2099, 0, 1));
    await clock.advance(10_000);
    expect(ageNow(age, clock.elapsedMs())).toBe(20_000 + 500 + 400 + 10_000);
    expect(age?.by).toBe("server");
  });

  it("is derived from Date when X-Snapshot-Age is missing, and unknown without both", () => {
    const timing = { sentAtMs: 0, receivedAtMs: 200, snapshotAgeS: null };
    expect(ageByServer(snapshot, { ...timing, dateMs })?.ageMs).toBe(20_600);
    expect(ageByServer(snapshot, { ...timing, dateMs: dateMs - 60_000 })?.ageMs).toBe(100);
    expect(ageByServer(snapshot, { ...timing, dateMs: null })).toBeNull();
  });

  it("is unknown when the server calls the snapshot stale and does not say its age", () => {
    const timing = { sentAtMs: 0, receivedAtMs: 200, snapshotAgeS: null, dateMs };
    expect(ageByServer({ ...snapshot, stale: true }, timing)).toBeNull();
    expect(ageByServer({ ...snapshot, stale: true }, { ...timing, snapshotAgeS: 20 })?.ageMs).toBe(20_600);
  });
});

describe("the age of a copy on the device", () => {
  it.each([
    ["a correct clock", 0],
    ["a clock that is five hours off all the time", 5 * 3_600_000],
  ])("with %s is its age when it was stored plus the time since", (_name, wrongMs) => {
    const stored = { ageMs: 12_000, wallMs: 1_000_000 + wrongMs };
    const age = ageOfCopy(stored, { wallMs: 1_600_000 + wrongMs, elapsedMs: 50 });
    expect(age).toEqual({ ageMs: 612_000, atMs: 50, by: "device" });
  });

  it("is unknown when the clock was set back by more than a network's usual correction", () => {
    const stored = { ageMs: 12_000, wallMs: 1_000_000 };
    expect(ageOfCopy(stored, { wallMs: 900_000, elapsedMs: 0 })).toBeNull();
    expect(ageOfCopy(stored, { wallMs: 999_000, elapsedMs: 0 })?.ageMs).toBe(12_000);
    expect(ageOfCopy(null, { wallMs: 0, elapsedMs: 0 })).toBeNull();
  });
});
