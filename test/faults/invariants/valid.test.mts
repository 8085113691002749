import { SNAPSHOT_ROUTES } from "@pulseboard/snapshot";
import { expect, it } from "vitest";
import { type Answer, READY_PATH } from "./observations.mts";
import { answer, healthy, seenByHand, sentences } from "./testing/by-hand.mts";
import { judgeDocuments } from "./valid.mts";

const GOOD = answer(5_100, healthy(5_100));
const SYMBOL_PATH = "/api/dashboard/confluence-analysis/BTCUSDT";
const SYMBOLS_PATH = "/api/dashboard/symbols";

function found(...answers: readonly Answer[]): readonly string[] {
  return sentences(judgeDocuments(seenByHand({ answers })));
}

it("finds nothing in an orderly run", () => {
  expect(judgeDocuments(seenByHand())).toEqual([]);
});

it.each<[string, Partial<Answer>, string]>([
  ["a body that is cut off", { text: (GOOD.text ?? "").slice(0, 500) }, "not JSON"],
  [
    "a figure of another type",
    { text: (GOOD.text ?? "").replace('"trend_score":', '"trend_score":"x","t":') },
    "trend_score",
  ],
  ["another sequence in the header", { sequence: 4 }, "sequence 5, and 4 in its header"],
  ["a status of an error", { status: 503 }, "status 503"],
  ["a tag that was never given out", { status: 304, text: null }, "never given out"],
  ["a route with the body of another one", { path: "/api/dashboard/alerts" }, "not valid"],
  ["a readiness that is none", { path: READY_PATH, text: '{"status":"ready","degraded":"x"}' }, "not valid"],
])("finds %s", (_name, change, expected) => {
  expect(found({ ...GOOD, ...change })).toEqual([expect.stringContaining(expected)]);
});

it("finds a request that the server gave up, unless the machine stood still", () => {
  const late = { ...GOOD, status: 408, sequence: null, text: "" };
  const bare = [{ sentMs: GOOD.sentMs - 1_500, endMs: GOOD.sentMs + 1 }];
  expect(found(late)).toHaveLength(1);
  expect(judgeDocuments(seenByHand({ answers: [late], more: { bare } }))).toEqual([]);
});

it("accepts an error body as its route documents it, and no other", () => {
  const route = SNAPSHOT_ROUTES.find(({ path }) => path === GOOD.path);
  const text = JSON.stringify(route?.projectError({ startedAtMs: 0, code: "no_snapshot", message: "None yet." }));
  expect(found({ ...GOOD, sequence: null, text })).toEqual([]);
  expect(found({ ...GOOD, sequence: null, text: '{"status":"error"}' })).toHaveLength(1);
});

it("finds a 404 for a symbol that the list names before and after it", () => {
  const list = (sentMs: number, symbol: string): Answer => ({
    ...GOOD,
    path: SYMBOLS_PATH,
    sentMs,
    endMs: sentMs + 2,
    text: JSON.stringify({ symbols: [{ symbol }] }),
  });
  const text = JSON.stringify({ status: "error", error: "symbol_not_scored" });
  const missing = { ...GOOD, path: SYMBOL_PATH, status: 404, sequence: null, text };
  const named = [list(5_000, "BTCUSDT"), missing, list(5_200, "BTCUSDT")];
  const left = [list(5_000, "BTCUSDT"), missing, list(5_200, "ETHUSDT")];
  const complaint = expect.stringContaining("names the symbol before and after");
  expect(found(...named)).toContainEqual(complaint);
  expect(found(...left)).not.toContainEqual(complaint);
});
