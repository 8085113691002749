import { expect, it } from "vitest";
import { judgeOrder } from "./order.mts";
import { EPOCH_MS, healthy, seenByHand, sentences, timelineOf } from "./testing/by-hand.mts";

it("finds nothing in an orderly run", () => {
  expect(judgeOrder(seenByHand(), timelineOf())).toEqual([]);
});

it("finds a sequence that goes back, also after the server was away", () => {
  const seen = seenByHand({ served: (atMs) => (atMs > 9_000 && atMs < 9_100 ? healthy(atMs - 3_000) : healthy(atMs)) });
  const away = { serverAway: [{ fromMs: 7_000, toMs: 9_000 }] };
  expect(sentences(judgeOrder(seen, timelineOf([], away)))[0]).toContain("sequence 5 after 8");
});

it("does not compare requests that were on their way at the same time", () => {
  const { answers } = seenByHand();
  const late = answers.map((each) => (each.sentMs === 5_020 ? { ...each, endMs: 5_200 } : each));
  expect(judgeOrder(seenByHand({ answers: late.toSorted((a, b) => a.endMs - b.endMs) }), timelineOf())).toEqual([]);
});

it("finds a date that goes back, unless the clock was set between the two", () => {
  const backAfter = (atMs: number) => ({
    ...healthy(atMs),
    ...(atMs > 9_050 ? { generatedAtMs: EPOCH_MS + atMs - 3_600_000 } : {}),
  });
  const seen = seenByHand({ served: (atMs) => backAfter(Math.floor((atMs - 50) / 1_000) * 1_000 + 60) });
  expect(sentences(judgeOrder(seen, timelineOf()))[0]).toContain("and 8 before it of");
  expect(judgeOrder(seen, timelineOf([], { clockSets: [8_900] }))).toEqual([]);
  expect(judgeOrder(seen, timelineOf([], { clockSets: [15_000] }))).toHaveLength(1);
});
