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

it("finds a market that goes back by as much as a server may lag, but none that begins anew", () => {
  const seen = (backS: number) =>
    seenByHand({
      served: (atMs) => {
        const served = healthy(atMs);
        const asOf = 1_800_000_000 + (served.sequence ?? 0) - ((served.sequence ?? 0) > 7 ? backS : 0);
        return { ...served, more: { sections: { overview: { as_of: asOf } } } };
      },
    });
  expect(judgeOrder(seen(0), timelineOf())).toEqual([]);
  expect(sentences(judgeOrder(seen(58), timelineOf()))).toEqual([
    "I2: sequence 8 has the market 57 s before that of 7 before it",
  ]);
  expect(judgeOrder(seen(300), timelineOf())).toEqual([]);
});
