import { expect, it } from "vitest";
import { checkMeanDispersion } from "./check-mean-dispersion.mts";
import type { LedgerRow } from "./market-ledger.mts";

const START_MS = Date.UTC(2026, 4, 12);
const HOUR_MS = 3_600_000;

/** Two symbols that are as far apart as it is hours since the start, so that the dispersion is half of that. */
const ledger = {
  symbols: ["A", "B"],
  rowAt: (symbol: string, timeMs: number): LedgerRow => ({
    ...{ symbol, price: 1, turnoverUsd: 1, high: 1, low: 1, openInterestUsd: 1, fundingRate8h: 0, mark: 1, index: 1 },
    changePercent: symbol === "A" ? 0 : (timeMs - START_MS) / HOUR_MS,
  }),
};
const found = (avg_market_dispersion: number | null, hours: number) =>
  checkMeanDispersion({ market_overview: { avg_market_dispersion } }, ledger, {
    nowMs: START_MS + hours * HOUR_MS,
    startAtMs: START_MS,
  }).join();

it("lies between the least and the greatest of the last 24 h", () => {
  expect([found(1, 4), found(null, 4), found(14, 28)]).toEqual(["", "", ""]);
  expect(found(2.1, 4)).toContain("avg_market_dispersion is 2.1, and the ledger's was from 0 to 2");
  expect(found(1.9, 28)).toContain("from 2 to 14");
});

it("is not known before an hour is", () => {
  expect(found(0.2, 0.9)).toContain("before an hour is known");
});
