import { exampleDocuments } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import type { Bodies } from "./bodies.mts";
import { checkSequences } from "./check-sequences.mts";
import { averageOf, type Contributions } from "./score-average.mts";
import { ANALYSIS_PATH, SNAPSHOT_PATH } from "./snapshot-paths.mts";

const { snapshot } = exampleDocuments();
const AS_OF = 1_800_000_000;
const HOW = { startAtMs: AS_OF * 1000, periodMs: 30_000 };

function contributionsOf(value: number): Contributions {
  return { technical: value, volume: -value, orderflow: 0, orderbook: 0.01, sentiment: value / 2, price_structure: 0 };
}

interface Fold {
  readonly sequence: number;
  readonly asOf: number;
  readonly before: Contributions | null;
  readonly sinceMs: number | null;
  readonly averagedMs?: number;
  readonly isOfFirstWorker?: boolean;
}

const NOW = contributionsOf(0.1);

/** What is served of one refresh, with its analysis of bitcoin. */
function bodiesOf({
  sequence,
  asOf,
  before,
  sinceMs,
  averagedMs = sinceMs ?? 0,
  isOfFirstWorker = true,
}: Fold): Bodies {
  const after = before === null ? NOW : averageOf(before, NOW, sinceMs ?? 0);
  const analysis = {
    symbol: "BTCUSDT",
    as_of: asOf,
    since_before_ms: sinceMs,
    averaged_ms: averagedMs,
    contributions: { before, now: NOW, after },
  };
  return {
    sequence,
    isOfFirstWorker,
    bodies: new Map<string, unknown>([
      [SNAPSHOT_PATH, snapshot],
      [`${ANALYSIS_PATH}BTCUSDT`, analysis],
    ]),
  };
}

const FIRST: Fold = { sequence: 1, asOf: AS_OF, before: null, sinceMs: null };
const NEXT: Fold = { sequence: 2, asOf: AS_OF + 30, before: NOW, sinceMs: 30_000 };

const check = (...folds: readonly Fold[]) => checkSequences(folds.map(bodiesOf), HOW).join("\n");

describe("an average", () => {
  it("goes on where that of the document before has ended", () => {
    expect(check(FIRST, NEXT)).toBe("");
    expect(check(FIRST, FIRST)).toBe("");
    // The same scores shown once more.
    expect(check(FIRST, { ...FIRST, sequence: 2 })).toBe("");
  });

  it.each<[name: string, next: Partial<Fold>, found: string]>([
    ["begins with another", { before: contributionsOf(0.2) }, "does not go on from that"],
    ["says another time", { sinceMs: 10_000 }, "10000 ms are not the 30 s"],
    ["has read a longer time", { averagedMs: 90_000 }, "90000 ms are averaged, not 30000"],
    ["counts the time of a gap", { asOf: AS_OF + 240, sinceMs: 240_000 }, "240000 ms are averaged, not 0"],
    ["begins anew", { before: null, sinceMs: null }, "begins anew 30 s after"],
  ])("that %s is found", (_name, change, found) => {
    expect(check(FIRST, { ...NEXT, ...change })).toContain(found);
  });

  it.each<[name: string, next: Partial<Fold>]>([
    ["after an hour", { before: null, sinceMs: null, asOf: AS_OF + 3_600 }],
    ["when the market has gone back", { before: null, sinceMs: null, asOf: AS_OF - 100 }],
    ["of a worker that has forgotten all", { before: null, sinceMs: null, isOfFirstWorker: false }],
  ])("may begin anew %s", (_name, change) => {
    expect(check(FIRST, { ...NEXT, ...change })).toBe("");
  });

  it("is not compared with a document that is not the one before", () => {
    expect(check(FIRST, { ...NEXT, sequence: 3, before: contributionsOf(0.2) })).toBe("");
  });
});
