import { expect, it } from "vitest";
import type { Answer } from "./observations.mts";
import { describePromptness, judgePromptness } from "./prompt.mts";
import { answersOf, healthy, seenByHand, sentences, timelineOf } from "./testing/by-hand.mts";

/** The answer to the request of this moment is replaced. */
function withAnswer(change: Partial<Answer>, atMs = 5_100): readonly Answer[] {
  return answersOf(healthy).map((each) => (each.sentMs === atMs ? { ...each, ...change } : each));
}

it("finds nothing in an orderly run, and describes it beside the bare server", () => {
  expect(judgePromptness(seenByHand(), timelineOf())).toEqual([]);
  expect(describePromptness(seenByHand(), timelineOf())).toMatch(
    /^I1: \d+ answers: p50 2\.0 ms, p99 2\.0 ms, max 2\.0 ms; bare server: p50 2\.0 ms, p99 2\.0 ms, max 2\.0 ms$/,
  );
});

it("finds an answer that comes after more than a second", () => {
  const found = judgePromptness(seenByHand({ answers: withAnswer({ endMs: 6_110 }) }), timelineOf());
  expect(sentences(found)).toEqual([expect.stringContaining("answered after 1008 ms")]);
});

it("takes off the delay that the bare server had at the same moment, and no other", () => {
  const { bare } = seenByHand();
  const slow = (sentMs: number) => ({ bare: [...bare, { sentMs, endMs: sentMs + 300 }] });
  const answers = withAnswer({ endMs: 6_110 });
  expect(judgePromptness(seenByHand({ answers, more: slow(5_500) }), timelineOf())).toEqual([]);
  expect(judgePromptness(seenByHand({ answers, more: slow(9_000) }), timelineOf())).toHaveLength(1);
});

it("counts only the time in which the server was there", () => {
  const seen = seenByHand({ answers: withAnswer({ endMs: 9_000 }) });
  expect(judgePromptness(seen, timelineOf([], { serverAway: [{ fromMs: 5_050, toMs: 8_500 }] }))).toEqual([]);
  expect(judgePromptness(seen, timelineOf([], { serverAway: [{ fromMs: 5_050, toMs: 7_500 }] }))).toHaveLength(1);
});

it("finds a request that fails while the server is there", () => {
  const seen = seenByHand({ answers: withAnswer({ error: "ECONNRESET", status: 0, text: null }) });
  expect(sentences(judgePromptness(seen, timelineOf()))).toEqual([expect.stringContaining("ECONNRESET")]);
  expect(judgePromptness(seen, timelineOf([], { serverAway: [{ fromMs: 5_101, toMs: null }] }))).toEqual([]);
});
