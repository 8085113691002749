import { describe, expect, it } from "vitest";
import type { Timeline } from "../contracts.mts";
import { judgeAges } from "./age.mts";
import type { ClockOffset } from "./observations.mts";
import {
  answersOf,
  EPOCH_MS,
  healthy,
  type Served,
  seenByHand,
  sentences,
  stuckAt,
  timelineOf,
} from "./testing/by-hand.mts";

interface Case {
  readonly served: (atMs: number) => Served;
  readonly clock?: readonly ClockOffset[];
  readonly more?: Partial<Timeline>;
}

function found({ served, clock = [{ atMs: 0, offsetMs: 0 }], more = {} }: Case): readonly string[] {
  const isStale = (atMs: number): readonly string[] => (served(atMs).stale ? ["snapshot_stale"] : []);
  const isAway = (atMs: number) =>
    more.serverAway?.some(({ fromMs, toMs }) => atMs > fromMs && atMs < (toMs ?? 0)) === true;
  const answers = answersOf(served, isStale).filter(({ sentMs }) => !isAway(sentMs));
  return sentences(judgeAges(seenByHand({ answers, more: { clock } }), timelineOf([], more)));
}

/** From the fifth second on the sixth publication is missing: nothing changes any more but the age. */
const stuck = (atMs: number): Served => (atMs > 5_050 ? stuckAt(5)(atMs) : healthy(atMs));
const changedAfter =
  (fromMs: number, change: (served: Served, atMs: number) => Partial<Served>) =>
  (atMs: number): Served => {
    const served = stuck(atMs);
    return atMs > fromMs ? { ...served, ...change(served, atMs) } : served;
  };

describe("while nobody sets the clock", () => {
  it("finds nothing if the age grows as it should, and what is old says so", () => {
    expect(found({ served: healthy })).toEqual([]);
    expect(found({ served: stuck })).toEqual([]);
  });

  it.each<[string, (served: Served) => Partial<Served>, string]>([
    ["an age that stands still", () => ({ ageS: 0, stale: false }), "its age is stated as 0 s"],
    ["an age that is too high", ({ ageS }) => ({ ageS: (ageS ?? 0) + 2 }), "its age is stated as"],
    ["old data that are called fresh", () => ({ stale: false }), "fresh at"],
    ["an age that is not stated", () => ({ ageS: null, stale: true }), "though nobody has set the clock"],
    ["data of unknown age that are called fresh", () => ({ ageS: null, stale: false }), "yet it counts as fresh"],
  ])("finds %s", (_name, change, expected) => {
    expect(found({ served: changedAfter(9_000, change) })[0]).toContain(expected);
  });

  it("finds new data that are called stale", () => {
    expect(found({ served: (atMs) => ({ ...healthy(atMs), stale: atMs > 9_000 }) })[0]).toContain("stale at");
  });

  it("finds a date that cannot be true", () => {
    const wrong = (atMs: number) => ({
      ...healthy(atMs),
      ...(atMs > 9_050 ? { generatedAtMs: EPOCH_MS + 9_000_000 } : {}),
    });
    expect(found({ served: wrong })[0]).toContain("it is dated");
  });
});

describe("when the clock is set while the server holds the snapshot", () => {
  const clock = (offsetMs: number) => [
    { atMs: 0, offsetMs: 0 },
    { atMs: 8_000, offsetMs },
  ];
  const more = { clockSets: [8_000] };

  it.each([3_600_000, -3_600_000])("by %i ms, accepts the true age, and an unknown one that is stale", (offsetMs) => {
    expect(found({ served: stuck, clock: clock(offsetMs), more })).toEqual([]);
    const unknown = changedAfter(8_000, () => ({ ageS: null, stale: true }));
    expect(found({ served: unknown, clock: clock(offsetMs), more })).toEqual([]);
  });

  it("finds the age that the wrong clock gives", () => {
    const ahead = changedAfter(8_000, ({ ageS }) => ({ ageS: (ageS ?? 0) + 3_600, stale: true }));
    expect(found({ served: ahead, clock: clock(3_600_000), more })[0]).toContain("its age is stated as 36");
    const back = changedAfter(8_000, () => ({ ageS: 0, stale: false }));
    expect(found({ served: back, clock: clock(-3_600_000), more })[0]).toContain("its age is stated as 0");
  });

  it("knows the true age of what is made with the wrong clock", () => {
    const wrong = (atMs: number): Served => {
      const served = healthy(atMs);
      return atMs > 9_050 ? { ...served, generatedAtMs: served.generatedAtMs + 3_600_000 } : served;
    };
    expect(found({ served: wrong, clock: clock(3_600_000), more })).toEqual([]);
    const late = (atMs: number): Served => ({ ...wrong(atMs), ...(atMs > 9_050 ? { ageS: 3_600, stale: true } : {}) });
    expect(found({ served: late, clock: clock(3_600_000), more })[0]).toContain("its age is stated as 3600");
  });
});

describe("when the clock is set between the loading and the first answer", () => {
  it("accepts the age that the server has measured before", () => {
    const clock = [
      { atMs: 0, offsetMs: 0 },
      { atMs: 9_100, offsetMs: -10_800_000 },
    ];
    const slow = (atMs: number): Served => (atMs < 9_000 ? healthy(atMs) : stuckAt(atMs < 9_500 ? 8 : 9)(atMs));
    expect(found({ served: slow, clock, more: { clockSets: [9_100] } })).toEqual([]);
  });
});

describe("when the clock is set between the making and the loading", () => {
  /** The server is away for a second, in which the clock is set, and loads the fifth publication again. */
  const more = { clockSets: [8_500], serverAway: [{ fromMs: 8_000, toMs: 9_000 }] };
  const clock = (offsetMs: number) => [
    { atMs: 0, offsetMs: 0 },
    { atMs: 8_500, offsetMs },
  ];
  const afterStart = (change: (sinceMs: number) => Partial<Served>) =>
    changedAfter(9_000, (_served, atMs) => change(atMs - 9_000));

  it("asks of a snapshot over a minute ahead that its age is unknown", () => {
    const unknown = afterStart(() => ({ ageS: null, stale: true }));
    expect(found({ served: unknown, clock: clock(-600_000), more })).toEqual([]);
    const known = afterStart((sinceMs) => ({ ageS: Math.floor(sinceMs / 1000), stale: sinceMs >= 3_000 }));
    expect(found({ served: known, clock: clock(-600_000), more })[0]).toContain(
      "ahead when it was loaded, and yet has an age",
    );
  });

  it("asks of any other that it is fresh for three periods from then at most", () => {
    const known = afterStart((sinceMs) => ({ ageS: Math.floor(sinceMs / 1000), stale: sinceMs >= 3_000 }));
    expect(found({ served: known, clock: clock(-30_000), more })).toEqual([]);
    const old = afterStart((sinceMs) => ({ ageS: Math.floor((604_000 + sinceMs) / 1000), stale: true }));
    expect(found({ served: old, clock: clock(600_000), more })).toEqual([]);
    const forEver = afterStart((sinceMs) => ({ ageS: Math.floor(sinceMs / 1000), stale: false }));
    expect(found({ served: forEver, clock: clock(-30_000), more })[0]).toContain("after it was loaded");
  });
});
