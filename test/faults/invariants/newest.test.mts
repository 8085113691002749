import { expect, it } from "vitest";
import { judgeNewest } from "./newest.mts";
import { healthy, line, type Served, seenByHand, sentences, stuckAt, timelineOf } from "./testing/by-hand.mts";

/** From the seventh second on, what is published reaches nobody for some seconds. */
const stuck = (untilMs: number) => (atMs: number) =>
  atMs > 7_000 && atMs < untilMs ? stuckAt(6)(atMs) : healthy(atMs);

const DISK = { occupies: ["disk:data"], beganMs: 6_900, endedMs: 11_900 } as const;
const REDIS = { occupies: ["link:server-redis"], beganMs: 6_900, endedMs: 11_900 } as const;

it("finds nothing in an orderly run, nor where a publication is a second late", () => {
  expect(judgeNewest(seenByHand(), timelineOf())).toEqual([]);
  expect(judgeNewest(seenByHand({ served: stuck(8_500) }), timelineOf())).toEqual([]);
});

it("finds an older snapshot although a newer one is in a store that the server reads", () => {
  const seen = seenByHand({ served: stuck(12_000) });
  expect(sentences(judgeNewest(seen, timelineOf()))[0]).toContain("6, though 7 was published");
  expect(judgeNewest(seen, timelineOf([REDIS]))).not.toEqual([]);
});

it("asks for nothing that cannot have reached the server", () => {
  const seen = seenByHand({ served: stuck(12_000) });
  expect(judgeNewest(seen, timelineOf([DISK, REDIS]))).toEqual([]);
  expect(judgeNewest(seen, timelineOf([], { serverAway: [{ fromMs: 6_900, toMs: 11_900 }] }))).toEqual([]);
});

it("knows which store did not take a publication", () => {
  const { lines } = seenByHand();
  const failures = lines.map(({ fields, ...each }) =>
    line(
      { ...each, level: "debug", msg: "Not published to this store", fields: { ...fields, store: "disk" } },
      each.atMs,
    ),
  );
  const seen = seenByHand({ served: stuck(12_000), more: { lines: [...lines, ...failures] } });
  expect(judgeNewest(seen, timelineOf([REDIS]))).toEqual([]);
  expect(judgeNewest(seen, timelineOf([DISK]))).not.toEqual([]);
});

it("finds an error body although there is a snapshot", () => {
  const none = (): Served => ({ sequence: null, ageS: null, stale: false, generatedAtMs: 0 });
  const seen = seenByHand({ served: (atMs) => (atMs > 9_000 ? none() : healthy(atMs)) });
  expect(sentences(judgeNewest(seen, timelineOf()))[0]).toContain("no snapshot, though");
});

it("leaves an answer of another status to those who judge documents", () => {
  const { answers } = seenByHand();
  const refused = answers.map((each) => (each.sentMs > 9_000 ? { ...each, status: 408, sequence: null } : each));
  expect(judgeNewest(seenByHand({ answers: refused }), timelineOf())).toEqual([]);
});
