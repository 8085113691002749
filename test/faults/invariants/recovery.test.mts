import { expect, it } from "vitest";
import { describeRecovery, judgeRecovery, measureRecovery } from "./recovery.mts";
import { healthy, type Served, seenByHand, sentences, stuckAt, timelineOf } from "./testing/by-hand.mts";

const LEAVES = { ms: 1_500, what: "one long wait" };
const OTHER = { ms: 300, what: "a short one" };
/** The bound is two periods and 1.5 s after the end, at 13.5 s. */
const TIMELINE = timelineOf([
  { leaves: LEAVES, beganMs: 7_000, endedMs: 10_000 },
  { leaves: OTHER, beganMs: 6_000, endedMs: 9_000 },
]);

const backAt = (backMs: number, until: (atMs: number) => Served = stuckAt(6)) =>
  seenByHand({ served: (atMs) => (atMs > 7_050 && atMs < backMs ? until(atMs) : healthy(atMs)) });

it("measures from the end of the last fault to the first answer in order, beside the longest bound", () => {
  const seen = backAt(12_000);
  expect(judgeRecovery(seen, TIMELINE)).toEqual([]);
  expect(measureRecovery(seen, TIMELINE)).toMatchObject({ fromMs: 10_000, boundMs: 3_500, slowness: 1 });
  expect(describeRecovery(seen, TIMELINE)).toMatch(
    /^I5: fresh after 20\d\d ms; may take 3500 ms \(two periods, and one long wait: 1500 ms\)$/,
  );
});

it("finds a recovery that comes late, and one that does not come", () => {
  expect(sentences(judgeRecovery(backAt(14_500), TIMELINE))).toEqual([expect.stringContaining("fresh after 45")]);
  expect(sentences(judgeRecovery(backAt(30_000), TIMELINE))).toEqual([
    expect.stringContaining(
      "not fresh yet; may take 3500 ms (two periods, and one long wait: 1500 ms): sequence 6, stale true",
    ),
  ]);
});

it.each<[string, (served: Served) => object]>([
  ["one stale section", () => ({ sections: { overview: { stale: false }, reference: { stale: true } } })],
  ["a symbol that is not scored", () => ({ confluence_scores: [{}, {}] })],
])("does not take %s for order", (_name, change) => {
  const partly = (atMs: number): Served => ({ ...healthy(atMs), more: change(healthy(atMs)) });
  expect(judgeRecovery(backAt(30_000, partly), TIMELINE)).toHaveLength(1);
});

it("does not take fresh data of the time before for new ones", () => {
  const same = (): Served => ({ ...stuckAt(6)(7_000), stale: false });
  expect(judgeRecovery(backAt(30_000, same), TIMELINE)).toHaveLength(1);
});

it("allows as many times longer as the worker had to wait for a processor, and says so", () => {
  const processor = Array.from({ length: 200 }, (_, index) => {
    const atMs = index * 100;
    return { atMs, pid: 1, hadMs: atMs / 4, waitedMs: atMs / 4 };
  });
  const seen = { ...backAt(14_500), processor };
  expect(judgeRecovery(seen, TIMELINE)).toEqual([]);
  expect(describeRecovery(seen, TIMELINE)).toContain("2.0 times as the machine was busy");
});
