import { haveRecordings, readRecording } from "@pulseboard/testing/recordings";
import { describe, expect, it } from "vitest";
import { createTicker } from "../testing/tickers.ts";
import { computeMarketFigures } from "./market-figures.ts";
import { findMovers } from "./movers.ts";
import { computePerpsFigures } from "./perps-figures.ts";

const moved = (symbol: string, change24hPercent: number | null, turnover24hUsd: number | null = 1e6) =>
  createTicker(symbol, { change24hPercent, turnover24hUsd });

describe("market figures", () => {
  it("counts, trend, mean and spread of the changes that are known", () => {
    const figures = computeMarketFigures([
      moved("A", 4),
      moved("B", 2),
      moved("C", -3),
      moved("D", 0),
      moved("E", null),
    ]);
    expect(figures.breadth).toEqual({
      advancing: 2,
      declining: 1,
      flat: 1,
      advancingPercent: (2 / 3) * 100,
      sentiment: "bullish",
    });
    expect(figures.trendStrength).toBe(50 + 50 / 4);
    expect(figures.averageChangePercent).toBe(0.75);
    expect(figures.dispersionPercent).toBeCloseTo(Math.sqrt((3.25 ** 2 + 1.25 ** 2 + 3.75 ** 2 + 0.75 ** 2) / 4), 12);
    expect(figures.totalTurnover24hUsd).toBe(5e6);
  });

  it("one extreme coin does not make the market volatile, but counts in the mean", () => {
    const calm = Array.from({ length: 99 }, (_, i) => moved(`S${i}`, 0));
    const figures = computeMarketFigures([...calm, moved("MOON", 900)]);
    expect(figures.dispersionPercent).toBeCloseTo(Math.sqrt(0.01 * 30 ** 2 - 0.3 ** 2), 12);
    expect(figures.averageChangePercent).toBeCloseTo(9, 12);
  });

  it("are unknown without tickers, and without a direction when nothing moved", () => {
    expect(computeMarketFigures([])).toEqual({
      breadth: { advancing: 0, declining: 0, flat: 0, advancingPercent: null, sentiment: null },
      trendStrength: null,
      dispersionPercent: null,
      averageChangePercent: null,
      totalTurnover24hUsd: null,
    });
    expect(computeMarketFigures([moved("A", 0)])).toMatchObject({ trendStrength: null, dispersionPercent: 0 });
  });

  it.each([
    [6, 4, "bullish"],
    [5, 5, "neutral"],
    [4, 6, "bearish"],
  ])("%i up against %i down is %s", (up, down, sentiment) => {
    const tickers = Array.from({ length: up + down }, (_, i) => moved(`S${i}`, i < up ? 1 : -1));
    expect(computeMarketFigures(tickers).breadth.sentiment).toBe(sentiment);
  });
});

describe("movers", () => {
  const tickers = [moved("B", 5), moved("A", 5), moved("C", 9), moved("D", -1), moved("E", -7), moved("F", 0)];
  const symbols = (list: readonly { readonly symbol: string }[]) => list.map(({ symbol }) => symbol);

  it("gainers are above 0, largest first; losers below 0, worst first; ties by name", () => {
    const { gainers, losers } = findMovers(tickers, { minTurnoverUsd: 1e6, limit: 5 });
    expect([symbols(gainers), symbols(losers)]).toEqual([
      ["C", "A", "B"],
      ["E", "D"],
    ]);
    expect(symbols(findMovers([...tickers].reverse(), { minTurnoverUsd: 0, limit: 2 }).gainers)).toEqual(["C", "A"]);
  });

  it("a symbol with too little or unknown turnover, or without a known change, is left out", () => {
    const odd = [moved("THIN", 50, 9e5), moved("DARK", 60, null), moved("NEW", null)];
    expect(findMovers(odd, { minTurnoverUsd: 1e6, limit: 5 })).toEqual({ gainers: [], losers: [] });
  });
});

describe("perpetuals", () => {
  it("funding and basis weigh by open interest; a symbol takes part in what it knows", () => {
    const figures = computePerpsFigures([
      createTicker("A", {
        fundingRate8h: 0.0001,
        openInterestUsd: 3e6,
        markPrice: 101,
        indexPrice: 100,
        turnover24hUsd: 5,
      }),
      createTicker("B", { fundingRate8h: -0.0003, openInterestUsd: 1e6 }),
      createTicker("C", { fundingRate8h: 0.5, turnover24hUsd: 7 }),
    ]);
    expect(figures.fundingRate8h).toBeCloseTo(0, 15);
    expect(figures.basisPercent).toBeCloseTo(1, 12);
    expect(figures).toMatchObject({ openInterestUsd: 4e6, turnover24hUsd: 12, contractCount: 2 });
  });

  it("are unknown without open interest", () => {
    expect(computePerpsFigures([createTicker("A", { fundingRate8h: 0.0001 })])).toEqual({
      fundingRate8h: null,
      openInterestUsd: null,
      basisPercent: null,
      turnover24hUsd: null,
      contractCount: 0,
    });
  });
});

describe.runIf(haveRecordings())("a recorded market of 2023", () => {
  it("agrees with a count of the body by hand", () => {
    const body = JSON.parse(readRecording("bodies/tickers-linear-2023-08.json")) as {
      readonly result: { readonly list: readonly Readonly<Record<string, string>>[] };
    };
    const rows = body.result.list.filter(({ symbol }) => symbol?.endsWith("USDT"));
    const changes = rows.map((row) => Number(row.price24hPcnt) * 100);
    const tickers = rows.map((row, i) => moved(row.symbol ?? "", changes[i] ?? null, Number(row.turnover24h)));
    const { breadth, averageChangePercent } = computeMarketFigures(tickers);
    expect(rows.length).toBeGreaterThan(200);
    expect(breadth.advancing).toBe(rows.filter((row) => (row.price24hPcnt ?? "") > "0").length);
    expect(breadth.declining).toBe(rows.filter((row) => row.price24hPcnt?.startsWith("-")).length);
    expect(averageChangePercent).toBeCloseTo(changes.reduce((sum, change) => sum + change, 0) / changes.length, 12);
    const { gainers } = findMovers(tickers, { minTurnoverUsd: 500_000, limit: 5 });
    expect(gainers).toHaveLength(5);
    expect(gainers[0]?.change24hPercent).toBe(
      Math.max(...tickers.filter((t) => (t.turnover24hUsd ?? 0) >= 500_000).map((t) => t.change24hPercent ?? 0)),
    );
  });
});
