import { expect, it } from "vitest";
import { checkOpportunities } from "./check-opportunities.mts";

const ROWS = [
  { symbol: "AUSDT", score: 60, change_24h: -5, turnover_24h: 1e6 },
  { symbol: "BUSDT", score: 50, change_24h: 20, turnover_24h: 2e6 },
  { symbol: "CUSDT", score: 49.99, change_24h: 20, turnover_24h: 2e6 },
  { symbol: "DUSDT", score: 90, change_24h: null, turnover_24h: 2e6 },
];
const A = {
  symbol: "A",
  full_symbol: "AUSDT",
  score: 60,
  direction: "bullish" as const,
  price_change: -5,
  volume: 1e6,
};
const B = {
  symbol: "B",
  full_symbol: "BUSDT",
  score: 50,
  direction: "bullish" as const,
  price_change: 20,
  volume: 2e6,
};
const SHOWN = [
  { ...B, opportunity_score: 100 },
  { ...A, opportunity_score: 90 },
];

it("are the scores of 50 and more, weighed by how far they moved", () => {
  expect(checkOpportunities(SHOWN, ROWS)).toEqual([]);
});

it.each([
  ["another weight", SHOWN.with(1, { ...A, opportunity_score: 90.01 })],
  ["another change", SHOWN.with(1, { ...A, price_change: 5, opportunity_score: 90 })],
  ["another order", SHOWN.toReversed()],
  ["one missing", SHOWN.slice(1)],
  ["one below 50", [...SHOWN, { ...B, full_symbol: "CUSDT", symbol: "C", score: 49.99, opportunity_score: 99.98 }]],
])("%s is found", (_name, shown) => {
  expect(checkOpportunities(shown, ROWS)).not.toEqual([]);
});

it("are at most ten", () => {
  const rows = Array.from({ length: 12 }, (_, index) => ({
    ...{ symbol: `S${10 + index}USDT`, score: 60 + index, change_24h: 0, turnover_24h: 1 },
  }));
  const all = rows.toReversed().map(({ symbol, score }) => ({
    ...{ ...A, symbol: symbol.slice(0, 3), full_symbol: symbol, score, price_change: 0, volume: 1 },
    opportunity_score: score,
  }));
  expect(checkOpportunities(all.slice(0, 10), rows)).toEqual([]);
  expect(checkOpportunities(all, rows)).not.toEqual([]);
});
