import type { LeanScore } from "@pulseboard/snapshot";
import { describe, expect, test } from "vitest";
import { arrangeScores, INITIAL_ARRANGEMENT, inOrderOf } from "./arrange-scores.ts";

const RATING = { all: null, moving_averages: null, oscillators: null, label: null };
const NONE: ReadonlySet<string> = new Set();

function scored(symbol: string, score: number, rest: Partial<LeanScore> = {}): LeanScore {
  return {
    symbol,
    score,
    sentiment: "NEUTRAL",
    reliability: 0.5,
    price: 1,
    change_24h: 0,
    volume_24h: 1,
    turnover_24h: 1,
    high_24h: 1,
    low_24h: 1,
    range_24h: 0,
    components: {
      technical: 50,
      volume: 50,
      orderflow: 50,
      orderbook: 50,
      sentiment: 50,
      price_structure: 50,
    },
    score_history: [],
    score_history_at: [],
    technical_rating: { "1m": RATING, "5m": RATING, "30m": RATING, "4h": RATING },
    has_breakdown: true,
    as_of: 0,
    ...rest,
  };
}

const SCORES = [
  scored("AAAUSDT", 70, { change_24h: -3, volume_24h: 5, reliability: 0.2, own_move_24h: 0.5, beta_btc: -0.2 }),
  scored("BBBUSDT", 55, { change_24h: 9, volume_24h: 50, reliability: 0.9, own_move_24h: -7, beta_btc: 1 }),
  scored("CCCUSDT", 50, { change_24h: null, volume_24h: null, own_move_24h: null, beta_btc: null }),
  scored("DDDUSDT", 12, { change_24h: 1, volume_24h: 7, reliability: 0.4, own_move_24h: 2, correlation_btc: 0.1 }),
];

function order(change: Partial<typeof INITIAL_ARRANGEMENT>, favourites = NONE): string {
  return arrangeScores(SCORES, { ...INITIAL_ARRANGEMENT, ...change }, favourites)
    .map(({ symbol }) => symbol.charAt(0))
    .join("");
}

describe("sorted", () => {
  test("by distance from 50 by default", () => {
    expect(order({})).toBe("DABC");
    expect(order({ descending: false })).toBe("CBAD");
  });

  test.each([
    ["score", "ABCD", "DCBA"],
    ["change", "BDAC", "ADBC"],
    ["volume", "BDAC", "ADBC"],
    ["reliability", "BCDA", "ADCB"],
    ["ownMove", "DABC", "BADC"],
    // Rows of older workers have no such field.
    ["beta", "BACD", "ABCD"],
    ["correlation", "DABC", "DABC"],
  ] as const)("by %s: %s, reversed %s; unknown last in both", (sortBy, falling, rising) => {
    expect(order({ sortBy })).toBe(falling);
    expect(order({ sortBy, descending: false })).toBe(rising);
  });

  test("by distance from the middle of the market, where it is known", () => {
    const rows = [
      scored("AAAUSDT", 70, { relative: 52 }),
      scored("BBBUSDT", 60, { relative: 30 }),
      scored("CCCUSDT", 75),
    ];
    const names = arrangeScores(rows, INITIAL_ARRANGEMENT, NONE).map(({ symbol }) => symbol.charAt(0));
    expect(names.join("")).toBe("CBA");
    const byRelative = (descending: boolean) =>
      arrangeScores(rows, { ...INITIAL_ARRANGEMENT, sortBy: "relative", descending }, NONE).map(({ symbol }) => symbol);
    expect(byRelative(true)).toEqual(["AAAUSDT", "BBBUSDT", "CCCUSDT"]);
    expect(byRelative(false)).toEqual(["BBBUSDT", "AAAUSDT", "CCCUSDT"]);
  });

  test("ties by name, whatever their original order", () => {
    const tied = [scored("ZUSDT", 60), scored("MUSDT", 40), scored("AUSDT", 60)];
    const names = arrangeScores(tied, INITIAL_ARRANGEMENT, NONE).map(({ symbol }) => symbol);
    expect(names).toEqual(["AUSDT", "MUSDT", "ZUSDT"]);
  });

  test("favourites first, sorted among themselves", () => {
    expect(order({}, new Set(["CCCUSDT", "AAAUSDT"]))).toBe("ACDB");
  });

  test("without changing the given list", () => {
    order({});
    expect(SCORES.map(({ symbol }) => symbol.charAt(0)).join("")).toBe("ABCD");
  });
});

describe("in an earlier order", () => {
  const names = (scores: readonly LeanScore[]) => scores.map(({ symbol }) => symbol.charAt(0)).join("");

  test("rows keep their places, rows that left are gone, and new ones come last in their own order", () => {
    expect(names(inOrderOf(["CCCUSDT", "GONEUSDT", "AAAUSDT"], SCORES))).toBe("CABD");
    expect(names(inOrderOf([], SCORES))).toBe("ABCD");
    expect(inOrderOf(["AAAUSDT"], [])).toEqual([]);
  });
});

describe("filtered", () => {
  test.each([
    ["long", "AB"],
    ["short", "D"],
    ["all", "DABC"],
  ] as const)("%s is %s: a score of 50 is neither long nor short", (side, symbols) => {
    expect(order({ side })).toBe(symbols);
  });

  test.each([
    ["", "DABC"],
    ["usdt", "DABC"],
    [" bb ", "B"],
    ["X", ""],
    ["[", ""],
  ])("by the text %j: %j", (text, symbols) => {
    expect(order({ text })).toBe(symbols);
  });

  test("a favourite that does not match is not shown", () => {
    expect(order({ side: "long" }, new Set(["DDDUSDT"]))).toBe("AB");
  });
});
