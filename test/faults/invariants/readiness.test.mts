import { describe, expect, it } from "vitest";
import { READY_PATH } from "./observations.mts";
import { judgeReadiness, reasonSpans } from "./readiness.mts";
import { healthy, type Served, seenByHand, sentences, stuckAt, timelineOf } from "./testing/by-hand.mts";

const BEGAN_MS = 6_000;
const ENDED_MS = 14_000;

/** Nothing new comes while the fault lasts. */
const stuck = (atMs: number): Served => (atMs > BEGAN_MS && atMs < ENDED_MS ? stuckAt(5)(atMs) : healthy(atMs));
const stale = (atMs: number): readonly string[] => (stuck(atMs).stale ? ["snapshot_stale"] : []);
const between =
  (fromMs: number, toMs: number, ...reasons: readonly string[]) =>
  (atMs: number) =>
    atMs > fromMs && atMs < toMs ? [...stale(atMs), ...reasons] : stale(atMs);

interface Case {
  readonly degraded: (atMs: number) => readonly string[];
  readonly timeline?: ReturnType<typeof timelineOf>;
}

function found({ degraded, timeline = timelineOf() }: Case): readonly string[] {
  return sentences(judgeReadiness(seenByHand({ served: stuck, degraded }), timeline));
}

const worker = (endedMs = ENDED_MS, more = {}) =>
  timelineOf([{ name: "stop worker", occupies: ["process:worker"], beganMs: BEGAN_MS, endedMs }], more);

it("finds nothing where the age and the reasons agree", () => {
  expect(found({ degraded: stale })).toEqual([]);
});

it("finds old data that are not named, and new ones that are called old", () => {
  expect(found({ degraded: () => [] })[0]).toContain("/readyz says [] of sequence 5 at an age of 3 s");
  expect(found({ degraded: (atMs) => [...stale(atMs), ...(atMs < 3_000 ? ["snapshot_stale"] : [])] })[0]).toContain(
    "/readyz says [snapshot_stale] of sequence 1 at an age of 0 s",
  );
});

it("takes nothing from an answer that is none", () => {
  const { answers } = seenByHand();
  const empty = answers.map((each) =>
    each.path === READY_PATH && each.sentMs < 3_000 ? { ...each, status: 408, text: "" } : each,
  );
  expect(judgeReadiness(seenByHand({ answers: empty }), timelineOf())).toEqual([]);
});

it("finds a stale section that is not named, and one that is named and is not stale", () => {
  const sections = { scores: { stale: true }, overview: { stale: false } };
  const partly = (atMs: number): Served => ({ ...healthy(atMs), ...(atMs < 9_050 ? { more: { sections } } : {}) });
  const said =
    (...reasons: readonly string[]) =>
    (atMs: number) =>
      atMs < 9_050 ? reasons : [];
  const judged = (degraded: (atMs: number) => readonly string[]) =>
    sentences(judgeReadiness(seenByHand({ served: partly, degraded }), timelineOf()));
  expect(judged(said("section_stale:scores"))).toEqual([]);
  expect(judged(said())[0]).toContain("/readyz says [], and of sequence 1 the stale sections are [scores]");
  expect(judged(said("section_stale:scores", "section_stale:overview"))[0]).toContain("are [scores]");
});

it("finds an error that is not named", () => {
  const none = (atMs: number): Served => ({ ...healthy(atMs), sequence: null });
  expect(judgeReadiness(seenByHand({ served: none }), timelineOf())).not.toEqual([]);
});

it("finds a reason that is left over at the end", () => {
  expect(found({ degraded: between(12_000, 30_000, "store_away:redis") })).toEqual([
    "I9: /readyz still says [store_away:redis] after recovery",
  ]);
});

describe("a worker that is away", () => {
  it("must be called silent when it has been so for long", () => {
    expect(found({ degraded: stale, timeline: worker() })).toEqual([
      'I9: /readyz never said worker_silent in the 8000 ms of "stop worker"',
    ]);
    expect(found({ degraded: between(10_000, 14_200, "worker_silent"), timeline: worker() })).toEqual([]);
  });

  it("need not be if it was short, or the server itself was away", () => {
    expect(found({ degraded: stale, timeline: worker(9_500) })).toEqual([]);
    expect(
      found({ degraded: stale, timeline: worker(ENDED_MS, { serverAway: [{ fromMs: 8_000, toMs: 9_000 }] }) }),
    ).toEqual([]);
  });
});

describe("a fault with a name", () => {
  const named = (afterMs: number, endedMs = ENDED_MS) =>
    timelineOf([
      { name: "disk full", names: { reasons: ["store_unwritable:disk"], afterMs }, beganMs: BEGAN_MS, endedMs },
    ]);

  it("must be named if it lasts long enough", () => {
    expect(found({ degraded: stale, timeline: named(3_000) })).toEqual([
      'I9: /readyz never said store_unwritable:disk in the 8000 ms of "disk full"',
    ]);
    expect(found({ degraded: between(8_000, 15_000, "store_unwritable:disk"), timeline: named(3_000) })).toEqual([]);
    expect(found({ degraded: stale, timeline: named(7_900) })).toEqual([]);
  });

  it("which can only be met by writing need not be named while nothing is written", () => {
    const seen = { ...seenByHand({ served: stuck, degraded: stale }), lines: [] };
    expect(sentences(judgeReadiness(seen, named(3_000)))).toEqual([]);
  });

  it("which only a worker that reaches the queue can see is counted from when it does", () => {
    const silent = { name: "queue paused", names: { reasons: ["queue_silent"], afterMs: 3_000 } };
    const lost = { name: "cut off", occupies: ["link:worker-redis" as const], beganMs: BEGAN_MS };
    const found = (endedMs: number) =>
      judgeReadiness(
        seenByHand({ served: stuck, degraded: stale }),
        timelineOf([
          { ...silent, beganMs: BEGAN_MS, endedMs: ENDED_MS },
          { ...lost, endedMs },
        ]),
      );
    expect(sentences(found(BEGAN_MS + 6_000))).toEqual([]);
    expect(sentences(found(BEGAN_MS + 1_000))).toHaveLength(1);
  });

  it("is not named by what was said before it", () => {
    expect(found({ degraded: between(2_000, 5_000, "store_unwritable:disk"), timeline: named(3_000) })).toHaveLength(1);
  });
});

it("tells the spans of a reason", () => {
  const seen = seenByHand({ served: stuck, degraded: between(8_000, 10_000, "store_away:redis") });
  const [span, ...others] = reasonSpans(seen.answers, (reason) => reason === "store_away:redis");
  expect(others).toEqual([]);
  expect(span?.fromMs).toBeGreaterThan(8_000);
  expect(span?.toMs).toBeLessThan(10_100);
});
