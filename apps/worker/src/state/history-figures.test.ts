import type { Candles, SymbolInputs } from "@pulseboard/engine";
import { describe, expect, it } from "vitest";
import { generateRefreshInput } from "../testing/generate-refresh-input.ts";
import { historyFigures } from "./history-figures.ts";

const MINUTE_MS = 60_000;

const { symbols } = generateRefreshInput({ symbols: 1 });
const scored = symbols?.scored[0];
const given = symbols?.inputs.get("BTCUSDT");
if (scored === undefined || given === undefined) {
  throw new Error("a generated input is complete");
}
const inputs: SymbolInputs = given;
const nowMs = inputs.nowMs;

function candlesOf(timeframe: "1m" | "5m"): Candles {
  const input = inputs.candles[timeframe];
  if (!input.known) {
    throw new Error("a generated market has candles");
  }
  return input.value;
}

/** What the last minutes turned over. */
function ofLast(minutes: number): number {
  const { high, low, close, volumeBase } = candlesOf("1m");
  const all = [...close].map((price, i) => ((high[i] ?? 0) + (low[i] ?? 0) + price) * ((volumeBase[i] ?? 0) / 3));
  return all.slice(-minutes).reduce((sum, each) => sum + each, 0);
}

describe("what the history keeps of a refresh", () => {
  it("has momentum by the closes of 5m, the rating of 30m and the ticker's figures", () => {
    const close = candlesOf("5m").close;
    const over = (candles: number) => Math.log((close.at(-1) ?? 0) / (close.at(-1 - candles) ?? 0));
    const { ticker, analysis } = scored;
    const figures = historyFigures(scored, inputs, null);
    expect(figures).toEqual({
      momentum1h: expect.closeTo(over(12), 13),
      momentum24h: expect.closeTo(over(288), 13),
      rating30m: analysis.technicalRating["30m"].all,
      markPrice: ticker.markPrice,
      fundingRate: ticker.fundingRate8h,
      openInterestUsd: ticker.openInterestUsd,
      turnoverUsd: null,
    });
    expect([figures.rating30m, figures.markPrice, figures.openInterestUsd].every(Number.isFinite)).toBe(true);
  });

  it("has the turnover of the minutes that closed since the refresh before, each of them once", () => {
    const turnover = (sinceMs: number, laterMs = 0) =>
      historyFigures(scored, { ...inputs, nowMs: nowMs + laterMs }, sinceMs).turnoverUsd;
    expect(turnover(nowMs - MINUTE_MS)).toBeCloseTo(ofLast(1), 6);
    expect(turnover(nowMs - 1)).toBeCloseTo(ofLast(1), 6);
    expect(turnover(nowMs - 15 * MINUTE_MS)).toBeCloseTo(ofLast(15), 6);
    // No minute has closed since.
    expect(turnover(nowMs, 30_000)).toBe(0);
    expect((turnover(nowMs - 90_000) ?? 0) + (turnover(nowMs, 30_000) ?? 0)).toBeCloseTo(ofLast(2), 6);
  });

  it("has none where a minute is not there: the newest, the oldest, or one that a hole took", () => {
    const since = nowMs - 5 * MINUTE_MS;
    const late = { ...inputs, nowMs: nowMs + MINUTE_MS };
    expect(historyFigures(scored, late, since).turnoverUsd).toBeNull();
    const count = candlesOf("1m").close.length;
    expect(historyFigures(scored, inputs, nowMs - (count + 1) * MINUTE_MS).turnoverUsd).toBeNull();
    const whole = candlesOf("1m");
    const holed = {
      ...whole,
      openTimeMs: whole.openTimeMs.map((time, i) => (i < count - 3 ? time - MINUTE_MS : time)),
    };
    const minutes = { known: true, value: holed, asOfMs: nowMs, periodMs: MINUTE_MS } as const;
    const withHole = { ...inputs, candles: { ...inputs.candles, "1m": minutes } };
    expect(historyFigures(scored, withHole, since).turnoverUsd).toBeNull();
    expect(historyFigures(scored, withHole, nowMs - 3 * MINUTE_MS).turnoverUsd).toBeCloseTo(ofLast(3), 6);
  });

  it("has no momentum by candles that a newer one must have followed", () => {
    const late = { ...inputs, nowMs: nowMs + 5 * MINUTE_MS };
    expect(historyFigures(scored, late, null)).toMatchObject({ momentum1h: null, momentum24h: null });
  });
});
